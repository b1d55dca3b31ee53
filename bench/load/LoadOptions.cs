namespace RealtimeAkka.Bench.Load;

/// <summary>The client that drives the sessions.</summary>
internal enum ClientKind
{
    /// <summary>A full <c>SessionActor</c> per session.</summary>
    Ours,
    /// <summary>A ClientWebSocket loop that parses nothing.</summary>
    Bare,
    /// <summary>Like <see cref="Bare"/>, with socket completions run inline on the thread of the socket engine.</summary>
    BareInline,
    /// <summary>The official OpenAI .NET SDK.</summary>
    OpenAiSdk,
}

/// <summary>One measurement: a number of sessions of one client against one server.</summary>
/// <param name="Client">The client that drives the sessions.</param>
/// <param name="Sessions">Number of simultaneous sessions.</param>
/// <param name="Url">The server, <c>ws://</c> or <c>wss://</c>.</param>
/// <param name="Key">Sent in the Authorization header.</param>
/// <param name="Wav">The file that every session plays in a loop.</param>
/// <param name="Frame">Duration of audio per event.</param>
/// <param name="WarmUp">From the opening of the last session to the start of the measurement.</param>
/// <param name="Seconds">Duration of the measurement.</param>
/// <param name="TurnsJson">Writes one JSON line per turn to stdout.</param>
/// <param name="Server">Process id of the server whose CPU time is measured as well; null for none.</param>
/// <param name="Set">Configuration of our client, <c>KEY=VALUE</c>.</param>
internal sealed record LoadOptions(
    ClientKind Client, int Sessions, Uri Url, string Key, string Wav, TimeSpan Frame, TimeSpan WarmUp, TimeSpan Seconds, bool TurnsJson,
    int? Server, IReadOnlyList<string> Set)
{
    /// <summary>The requested model.</summary>
    public const string Model = "gpt-realtime";

    /// <summary>A model billed by tokens, because the SDK cannot read fractional seconds.</summary>
    public const string AsrModel = "gpt-4o-transcribe";

    /// <summary>Time between session starts: spread over one turn or more, at most 200 starts per second.</summary>
    public TimeSpan Stagger => TimeSpan.FromSeconds(Math.Max(Call.Turn.TotalSeconds, Sessions / 200.0)) / Sessions;
}
