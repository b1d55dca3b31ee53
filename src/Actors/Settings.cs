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
/// Everything a session needs to know; <c>Notices</c> are told first. Holds no secret: the key goes to the connector alone.
/// </summary>
public sealed record SessionSettings(
    SessionFacts Facts, MicSettings Mic, SocketSettings Socket, TurnSettings Turns, OutOfBandSettings OutOfBand,
    PlaybackSettings Playback, LedgerSettings Ledger, SinkSettings Sinks, EndSettings End, IReadOnlyList<Notice> Notices)
{
    /// <summary>What is done with the turns beside the conversation.</summary>
    public TasksSettings Tasks { get; init; } = TasksSettings.None;

    /// <summary>What the spoken agent may call.</summary>
    public ToolsSettings Tools { get; init; } = ToolsSettings.None;
}

/// <summary>What the session record says about this session.</summary>
public sealed record SessionFacts(SessionId Id, string Url, string Model, string? AsrModel, string Runtime, string Input);

/// <summary>
/// The microphone station. <c>Pace</c>: a patient source is read at real-time speed or as fast as credit comes.
/// <c>EndSilence</c> follows the last sound, so that voice activity detection closes the last turn.
/// <c>ManualSilence</c> null leaves turn detection to the server. <c>Ring</c>: live sound that may wait for the line.
/// <c>Replay</c>: sound that is kept for a new connection.
/// </summary>
public sealed record MicSettings(TimeSpan Frame, bool Realtime, TimeSpan EndSilence, TimeSpan? ManualSilence, TimeSpan Ring, TimeSpan Replay, ReopenSettings Reopen);

/// <summary>A device that went away is tried again after <c>First</c>, then after twice as long, up to <c>Most</c>; after <c>GiveUp</c> no more.</summary>
public sealed record ReopenSettings(TimeSpan First, TimeSpan Most, TimeSpan GiveUp);

/// <summary>
/// The socket station. <c>Window</c>: frames on their way at once; <c>OpenTimeout</c>: from connecting to <c>session.updated</c>;
/// <c>Rollover</c>: age at which a connection is renewed in the next pause, before the server's limit ends it.
/// </summary>
public sealed record SocketSettings(
    SessionConfig Session, int Window, TimeSpan OpenTimeout, TimeSpan CloseTimeout, ReconnectPolicy Reconnect, TimeSpan Rollover);

/// <summary>
/// The turns station. <c>AsrTimeout</c> counts from <c>committed</c>; <c>Settle</c> is how long nothing may happen before a
/// drain believes that all is said; <c>ManualAnswers</c>: we ask for the answer, since the server detects no turns.
/// </summary>
public sealed record TurnSettings(
    string? AsrModel, TimeSpan AsrTimeout, bool Transcribe, Prompt TranscriptionPrompt, TimeSpan Settle, TimeSpan Drain, bool ManualAnswers)
{
    /// <summary>Where the transcription's prompt is edited; null: nowhere.</summary>
    public IPromptSource? PromptSource { get; init; }

    /// <summary>What is done about a transcript that looks made up.</summary>
    public OnSuspect OnSuspect { get; init; } = OnSuspect.Flag;
}

/// <summary>
/// The out-of-band station. <c>AnswerWithin</c>: until <c>response.created</c>, else it is asked again; <c>Timeout</c>: until the
/// result, all attempts included; <c>Queue</c>: requests that may wait. Transcripts and tasks have places of their own, at the
/// server and in the queue: no task can hold a transcript back.
/// </summary>
public sealed record OutOfBandSettings(ContextScope Context, int MaxInFlight, int Queue, int Retries, TimeSpan AnswerWithin, TimeSpan Timeout, TimeSpan LateWithin)
{
    /// <summary>Requests of tasks at the server at once.</summary>
    public int TasksInFlight { get; init; } = 2;

    /// <summary>Items of the conversation that are known well enough to be named in a request; beyond them the oldest are forgotten.</summary>
    public int Items { get; init; } = 256;
}

/// <summary>The playback station. <c>Block</c>: sound handed to the device at once; <c>Limit</c>: sound that may wait; <c>EchoTail</c> after the last heard sample.</summary>
public sealed record PlaybackSettings(TimeSpan Block, TimeSpan Limit, bool MuteWhileHeard, TimeSpan EchoTail, ReopenSettings Reopen);

/// <summary>The ledger station.</summary>
public sealed record LedgerSettings(PriceList Prices, Budget Budget);

/// <summary>The sinks station. <c>Pending</c>: records that may wait for one slow writer.</summary>
public sealed record SinkSettings(int Pending);

/// <summary>When the session ends by itself; null: never for that reason.</summary>
public sealed record EndSettings(int? AfterTurns, TimeSpan? AfterTime);
