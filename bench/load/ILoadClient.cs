namespace RealtimeAkka.Bench.Load;

/// <summary>Drives any number of sessions in this process.</summary>
internal interface ILoadClient : IAsyncDisposable
{
    /// <summary>Names the client and what it runs on.</summary>
    string Runtime { get; }

    /// <summary>Starts one session; completes when it streams.</summary>
    Task StartAsync(int number);

    /// <summary>Ends all sessions in good order.</summary>
    Task StopAsync();
}
