namespace RealtimeAkka.Bench.Load.Browsers;

/// <summary>A client of <c>serve</c> with one call, in real time.</summary>
internal interface ICaller : IDisposable
{
    /// <summary>The id of the call, once it is known.</summary>
    string Id { get; }

    /// <summary>How the call ended; the reason where the line was lost.</summary>
    Task<string> Ended { get; }

    /// <summary>Bytes of sound sent, as PCM16 at 24 kHz.</summary>
    long Sent { get; }

    /// <summary>The line was cut on purpose.</summary>
    bool IsCut { get; }

    /// <summary>Connects; completes when the call is live.</summary>
    Task StartAsync();

    /// <summary>Asks for the end of the call, and plays on until then.</summary>
    void Stop();

    /// <summary>Cuts the line without a word.</summary>
    void Cut();
}
