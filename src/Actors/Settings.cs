using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Actors.Tools;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors;

// One immutable record per station, made once by the host from configuration; actors never see HOCON.

/// <summary>
/// All settings of a session; <c>Notices</c> are published first. Contains no secret: only the connector has the key.
/// </summary>
public sealed record SessionSettings(
    SessionFacts Facts, MicSettings Mic, SocketSettings Socket, TurnSettings Turns, OutOfBandSettings OutOfBand,
    PlaybackSettings Playback, LedgerSettings Ledger, SinkSettings Sinks, EndSettings End, IReadOnlyList<Notice> Notices)
{
    /// <summary>The tasks that run on the turns, beside the conversation.</summary>
    public TasksSettings Tasks { get; init; } = TasksSettings.None;

    /// <summary>The tools that the spoken agent may call.</summary>
    public ToolsSettings Tools { get; init; } = ToolsSettings.None;
}

/// <summary>What the session record says about this session.</summary>
public sealed record SessionFacts(SessionId Id, string Url, string Model, string? AsrModel, string Runtime, string Input);

/// <summary>
/// The microphone station. <c>Realtime</c>: a pull source is read at real-time speed, else as fast as credit arrives.
/// <c>EndSilence</c> follows the last audio, so that VAD closes the last turn. <c>ManualSilence</c>: the pause that ends a turn;
/// null: the server detects turns. <c>Ring</c>: maximum live audio waiting for the connection.
/// <c>Replay</c>: maximum audio kept for a new connection.
/// </summary>
public sealed record MicSettings(TimeSpan Frame, bool Realtime, TimeSpan EndSilence, TimeSpan? ManualSilence, TimeSpan Ring, TimeSpan Replay, ReopenSettings Reopen);

/// <summary>
/// A device that went away is reopened after <c>First</c>, then at doubling intervals up to <c>Most</c>; it is given up after
/// <c>GiveUp</c>.
/// </summary>
public sealed record ReopenSettings(TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan GiveUp);

/// <summary>
/// The socket station. <c>Window</c>: maximum frames in flight; <c>OpenTimeout</c>: from connecting to <c>session.updated</c>;
/// <c>Rollover</c>: age at which a connection is replaced in the next pause, before the server's limit ends it.
/// </summary>
public sealed record SocketSettings(
    SessionConfig Session, int Window, TimeSpan OpenTimeout, TimeSpan CloseTimeout, ReconnectPolicy Reconnect, TimeSpan Rollover);

/// <summary>
/// The turns station. <c>AsrTimeout</c> counts from <c>committed</c>; <c>Settle</c>: time without events after which a drain takes
/// everything as received; <c>ManualAnswers</c>: this client requests each response, since the server detects no turns.
/// </summary>
public sealed record TurnSettings(
    string? AsrModel, TimeSpan AsrTimeout, bool Transcribe, Prompt TranscriptionPrompt, TimeSpan Settle, TimeSpan Drain, bool ManualAnswers)
{
    /// <summary>Where the transcription prompt is edited; null: it is fixed.</summary>
    public IPromptSource? PromptSource { get; init; }

    /// <summary>What is done about a transcript that looks made up.</summary>
    public SuspectPolicy OnSuspect { get; init; } = SuspectPolicy.Flag;
}

/// <summary>
/// The out-of-band station. <c>AnswerWithin</c>: time to <c>response.created</c>, after which the request is repeated; <c>Timeout</c>:
/// time to the result, all attempts included; <c>Queue</c>: maximum requests waiting. Transcripts and tasks have separate places, at
/// the server and in the queue: no task can delay a transcript.
/// </summary>
public sealed record OutOfBandSettings(ContextScope Context, int MaxInFlight, int Queue, int Retries, TimeSpan AnswerWithin, TimeSpan Timeout, TimeSpan LateWithin)
{
    /// <summary>Maximum requests of tasks at the server at once.</summary>
    public int TasksInFlight { get; init; } = 2;

    /// <summary>Maximum conversation items remembered so that a request can name them; beyond it the oldest are forgotten.</summary>
    public int Items { get; init; } = 256;
}

/// <summary>
/// The playback station. <c>Block</c>: audio handed to the device at once; <c>Limit</c>: maximum audio waiting; <c>EchoTail</c>: mute
/// after the last heard sample.
/// </summary>
public sealed record PlaybackSettings(TimeSpan Block, TimeSpan Limit, bool MuteWhileHeard, TimeSpan EchoTail, ReopenSettings Reopen);

/// <summary>The ledger station.</summary>
public sealed record LedgerSettings(PriceList Prices, Budget Budget);

/// <summary>The sinks station. <c>Pending</c>: maximum records waiting for one slow writer.</summary>
public sealed record SinkSettings(int Pending);

/// <summary>When the session ends by itself; null: never for that reason.</summary>
public sealed record EndSettings(int? AfterTurns, TimeSpan? AfterDuration);
