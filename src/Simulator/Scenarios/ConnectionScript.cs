using System.Text.Json.Serialization;

namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>The faults and limits of one connection.</summary>
public sealed record ConnectionScript
{
    /// <summary>Refuses the connection; with <see cref="Scenario.AcceptKeys"/> only where the key is not accepted.</summary>
    public RefusalKind? Refuse { get; init; }

    /// <summary>Refuses every <c>session.update</c>.</summary>
    public ErrorScript? RejectSessionUpdate { get; init; }

    /// <summary>Number of this connection's first caller turn, for clients that reconnect.</summary>
    public int FirstTurn { get; init; } = 1;

    /// <summary>Stops reading from the socket for a while.</summary>
    public StopReading? StopReading { get; init; }

    /// <summary>Pause after each message read, in milliseconds: simulates a slow reader.</summary>
    public int ReadDelayMs { get; init; }

    public CloseScript? Close { get; init; }

    /// <summary>Session limit in milliseconds; 60 minutes as in the service.</summary>
    public int ExpiresAfterMs { get; init; } = 60 * 60 * 1000;

    public IReadOnlyList<Fault> Faults { get; init; } = [];
}

/// <summary>
/// How a connection is refused: an HTTP status on the upgrade, or 101, an <c>error</c> event and a close code; <c>Abort</c> aborts
/// the TCP connection instead of answering the upgrade, <c>Hang</c> never answers it.
/// </summary>
public enum RefusalKind
{
    [JsonStringEnumMemberName("http_400")] Http400,
    [JsonStringEnumMemberName("http_401")] Http401,
    [JsonStringEnumMemberName("http_403")] Http403,
    [JsonStringEnumMemberName("http_404")] Http404,
    [JsonStringEnumMemberName("http_429")] Http429,
    [JsonStringEnumMemberName("http_500")] Http500,
    [JsonStringEnumMemberName("http_503")] Http503,
    Abort, Hang, InvalidApiKey, MissingModel, InvalidModel, BetaApiShapeDisabled, ModelNotFound,
}

/// <summary>After <c>AfterAudioMs</c> of audio, reads nothing for <c>ForMs</c> milliseconds.</summary>
public sealed record StopReading
{
    public required int AfterAudioMs { get; init; }
    public required int ForMs { get; init; }
}

/// <summary>
/// Ends the connection after a time or an amount of audio, in milliseconds: with a close frame, abruptly, or half-open (no more data,
/// socket open).
/// </summary>
public sealed record CloseScript
{
    public int? AfterMs { get; init; }
    public int? AfterAudioMs { get; init; }
    public int Code { get; init; } = 1001;
    public string? Reason { get; init; }
    public bool Abrupt { get; init; }
    public bool HalfOpen { get; init; }
}
