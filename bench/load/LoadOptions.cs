namespace RealtimeAkka.Bench.Load;

/// <summary>Which program drives the sessions.</summary>
internal enum ClientKind
{
    /// <summary>A full <c>SessionActor</c> per session.</summary>
    Ours,
    /// <summary>A ClientWebSocket loop that parses nothing.</summary>
    Bare,
    /// <summary>The same with socket completions run where they happen.</summary>
    BareInline,
    /// <summary>The official OpenAI .NET SDK.</summary>
    OpenAiSdk,
}

/// <summary>One measurement: so many sessions of one client against one server.</summary>
/// <param name="Client">Who drives the sessions.</param>
/// <param name="Sessions">How many at once.</param>
/// <param name="Url">The server, <c>ws://</c> or <c>wss://</c>.</param>
/// <param name="Key">Goes into the Authorization header.</param>
/// <param name="Wav">What every session says, over and over.</param>
/// <param name="Frame">Sound per event.</param>
/// <param name="WarmUp">From the last session's opening until the measurement begins.</param>
/// <param name="Seconds">Length of the measurement.</param>
/// <param name="TurnsJson">One JSON line per turn on stdout.</param>
/// <param name="Server">The server's process, where its CPU is to be measured as well.</param>
/// <param name="Set">Configuration of ours, <c>KEY=VALUE</c>.</param>
internal sealed record LoadOptions(
    ClientKind Client, int Sessions, Uri Url, string Key, string Wav, TimeSpan Frame, TimeSpan WarmUp, TimeSpan Seconds, bool TurnsJson, int? Server, IReadOnlyList<string> Set)
{
    /// <summary>The model that is asked for.</summary>
    public const string Model = "gpt-realtime";

    /// <summary>Billed by tokens: the SDK does not read fractions of a second.</summary>
    public const string AsrModel = "gpt-4o-transcribe";

    /// <summary>Sessions start this far apart: over at least one turn, so that their turns are spread, and at most 200 in a second.</summary>
    public TimeSpan Stagger => TimeSpan.FromSeconds(Math.Max(Call.Turn.TotalSeconds, Sessions / 200.0)) / Sessions;
}
