using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>The faults and limits of one connection.</summary>
public sealed record ConnectionScript
{
    /// <summary>Refuses the connection; with <see cref="Scenario.AcceptKeys"/> only where the key is not accepted.</summary>
    public RefusalKind? Refuse { get; init; }

    /// <summary>The <c>Retry-After</c> header, in seconds, of a connection that is refused with an HTTP status.</summary>
    public int? RetryAfterS { get; init; }

    /// <summary>The error in the body of a connection that is refused with an HTTP status.</summary>
    public ErrorScript? RefuseError { get; init; }

    /// <summary>
    /// Fields laid over the session in <c>session.created</c> and <c>session.updated</c>, objects field by field: a server that says that
    /// it uses other settings than requested.
    /// </summary>
    public JsonObject? Session { get; init; }

    /// <summary>Refuses every <c>session.update</c>.</summary>
    public ErrorScript? RejectSessionUpdate { get; init; }

    /// <summary>Number of this connection's first caller turn, for clients that reconnect.</summary>
    public int FirstTurn { get; init; } = 1;

    /// <summary>Stops reading from the socket for a while.</summary>
    public StopReading? StopReading { get; init; }

    /// <summary>Pause after each message read, in milliseconds: simulates a slow reader.</summary>
    public int ReadDelayMs { get; init; }

    /// <summary>When and how the simulator ends the connection; null: it does not.</summary>
    public CloseScript? Close { get; init; }

    /// <summary>Session limit in milliseconds; 60 minutes as in the service.</summary>
    public int ExpiresAfterMs { get; init; } = 60 * 60 * 1000;

    /// <summary>Faults in the events of this connection.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];
}

/// <summary>How a connection is refused.</summary>
public enum RefusalKind
{
    /// <summary>HTTP status 400 on the upgrade.</summary>
    [JsonStringEnumMemberName("http_400")] Http400,

    /// <summary>HTTP status 401 on the upgrade.</summary>
    [JsonStringEnumMemberName("http_401")] Http401,

    /// <summary>HTTP status 403 on the upgrade.</summary>
    [JsonStringEnumMemberName("http_403")] Http403,

    /// <summary>HTTP status 404 on the upgrade.</summary>
    [JsonStringEnumMemberName("http_404")] Http404,

    /// <summary>HTTP status 429 on the upgrade.</summary>
    [JsonStringEnumMemberName("http_429")] Http429,

    /// <summary>HTTP status 500 on the upgrade.</summary>
    [JsonStringEnumMemberName("http_500")] Http500,

    /// <summary>HTTP status 503 on the upgrade.</summary>
    [JsonStringEnumMemberName("http_503")] Http503,

    /// <summary>The TCP connection is reset instead of an answer to the upgrade.</summary>
    Abort,

    /// <summary>The upgrade is never answered.</summary>
    Hang,

    /// <summary>101, then an <c>error</c> with code <c>invalid_api_key</c> and a close frame.</summary>
    InvalidApiKey,

    /// <summary>101, then an <c>error</c> with code <c>missing_model</c> and a close frame.</summary>
    MissingModel,

    /// <summary>101, then an <c>error</c> with code <c>invalid_model</c> and a close frame.</summary>
    InvalidModel,

    /// <summary>101, then an <c>error</c> with code <c>beta_api_shape_disabled</c> and a close frame.</summary>
    BetaApiShapeDisabled,

    /// <summary>101, then an <c>error</c> with code <c>model_not_found</c> and a close frame.</summary>
    ModelNotFound,
}

/// <summary>After <c>AfterAudioMs</c> of audio, reads nothing for <c>ForMs</c> milliseconds.</summary>
public sealed record StopReading
{
    /// <summary>Audio received before reading stops, in ms.</summary>
    public required int AfterAudioMs { get; init; }

    /// <summary>How long nothing is read, in ms.</summary>
    public required int ForMs { get; init; }
}

/// <summary>
/// Ends the connection after a time or an amount of audio, in milliseconds: with a close frame, abruptly, or half-open (no more data,
/// socket open).
/// </summary>
public sealed record CloseScript
{
    /// <summary>Time since the connection opened, in ms.</summary>
    public int? AfterMs { get; init; }

    /// <summary>Audio received on the connection, in ms.</summary>
    public int? AfterAudioMs { get; init; }

    /// <summary>The WebSocket close code.</summary>
    public int Code { get; init; } = 1001;

    /// <summary>The text of the close frame.</summary>
    public string? Reason { get; init; }

    /// <summary>Resets the TCP connection without a close frame.</summary>
    public bool Abrupt { get; init; }

    /// <summary>Keeps the socket open and sends nothing more.</summary>
    public bool HalfOpen { get; init; }
}
