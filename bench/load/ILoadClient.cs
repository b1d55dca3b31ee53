namespace RealtimeAkka.Bench.Load;

/// <summary>Drives any number of sessions in this process.</summary>
internal interface ILoadClient : IAsyncDisposable
{
    /// <summary>Name of the client and its runtime.</summary>
    string Runtime { get; }

    /// <summary>Starts one session; completes when it streams audio.</summary>
    Task StartAsync(int number);

    /// <summary>Ends all sessions gracefully.</summary>
    Task StopAsync();
}
