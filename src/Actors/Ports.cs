using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors;

// The interfaces to the outside. The host has an adapter for each; tests have their own.

/// <summary>The outside interfaces of one session, and the clock that gives its rules the time.</summary>
public sealed record SessionPorts(IAudioSource Source, ISpeaker Speaker, IRealtimeConnector Connector, IReadOnlyList<IRecordSink> Sinks, TimeProvider Clock)
{
    /// <summary>Ends a turn if the server detects no turns; null: a pause ends it.</summary>
    public IPushToTalkKey? Key { get; init; }

    /// <summary>Records the audio sent; null: no recording.</summary>
    public IAudioRecorder? Recorder { get; init; }
}

/// <summary>Records audio; never blocks its caller.</summary>
public interface IAudioRecorder
{
    /// <summary>The session is open: the recording starts at this time.</summary>
    void Begin(TimeSpan now);

    /// <summary>
    /// Records audio sent; it is valid only during the call. <paramref name="at"/>: when it was said; null: right after the audio sent
    /// before. <paramref name="place"/>: its position on the session's audio clock, in bytes; replayed audio is not recorded again.
    /// </summary>
    void Sent(ReadOnlyMemory<byte> sound, TimeSpan? at, long place);
}

/// <summary>The key that the user presses at the end of a turn.</summary>
public interface IPushToTalkKey
{
    /// <summary>Completes with true when it is pressed, with false when it can no longer be pressed. One call at a time.</summary>
    Task<bool> PressedAsync();
}

/// <summary>A prompt that may be edited while the session runs.</summary>
public interface IPromptSource
{
    /// <summary>
    /// The current prompt. An unusable edit leaves the last good prompt in force, and <c>Problem</c> reports it for as long as that lasts.
    /// Reads a local file at most, and never throws.
    /// </summary>
    (Prompt Prompt, Notice? Problem) Read();
}

/// <summary>Performs an action outside the session on a result: runs a program, calls a web service.</summary>
public interface IAction
{
    /// <summary>
    /// Performs the action; completes with its output, which is bounded in length. A repeated id means the same delivery. Throws
    /// <see cref="ActionException"/> if the action was not done.
    /// </summary>
    Task<string> RunAsync(string id, string json, CancellationToken cancellation);
}

/// <summary>An action was not done; <c>Permanent</c>: a retry cannot succeed.</summary>
public sealed class ActionException(string message, bool permanent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>A retry cannot succeed.</summary>
    public bool Permanent { get; } = permanent;
}

/// <summary>The source of the user's voice: <see cref="IPullAudioSource"/> or <see cref="ILiveAudioSource"/>. PCM16 mono 24 kHz.</summary>
public interface IAudioSource;

/// <summary>A live source, which cannot wait for its reader: a microphone.</summary>
public interface ILiveAudioSource : IAudioSource
{
    /// <summary>
    /// Captures into <paramref name="ring"/> and calls <paramref name="waiting"/> whenever the ring says that its reader must be
    /// signalled. Completes when the device ends by itself; faults with the reason when it fails. May then be called again, with
    /// another ring: that opens the device, or another one, anew.
    /// </summary>
    Task ListenAsync(FrameRing ring, Action waiting);

    /// <summary>Stops capturing.</summary>
    void Stop();
}

/// <summary>A pull source, which is read on demand: a file or a pipe.</summary>
public interface IPullAudioSource : IAudioSource
{
    /// <summary>Fills <paramref name="frame"/> as far as audio is available; fewer bytes mean that the end is near, 0 is the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation);
}

/// <summary>Plays the assistant's voice. PCM16 mono 24 kHz.</summary>
public interface ISpeaker
{
    /// <summary>True if the audio is heard or recorded; if not, the speaker is given silence, since only the length counts.</summary>
    bool IsHeard => true;

    /// <summary>
    /// Takes a block as soon as there is room for it; one call at a time. False if cancelled before that. The bytes belong to the
    /// speaker only until the task completes: it must copy what it keeps.
    /// </summary>
    Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation);

    /// <summary>Time from when a block is taken until its last sample is heard.</summary>
    TimeSpan Latency { get; }

    /// <summary>
    /// Time from now until all audio taken has been heard, as far as the device can tell; negative: the time since then. On a busy
    /// machine this ends later than <see cref="Latency"/> said when the block was taken.
    /// </summary>
    TimeSpan Left { get; }

    /// <summary>Falls silent at once; returns the number of bytes that were taken and will not be heard.</summary>
    long Discard();
}

/// <summary>A loudspeaker that may go away. Audio that it was given and has not taken waits until it is back.</summary>
public interface IDeviceSpeaker : ISpeaker
{
    /// <summary>
    /// Plays, and calls <paramref name="playing"/> once it does. Completes when the device ends by itself; faults with the reason when
    /// it fails. May then be called again: that opens the device, or another one, anew.
    /// </summary>
    Task PlayAsync(Action playing);

    /// <summary>The fallback that takes the audio once the device is given up.</summary>
    ISpeaker Fallback { get; }
}

/// <summary>Opens connections; holds the address and the key.</summary>
public interface IRealtimeConnector
{
    /// <summary>Connects once. Throws <see cref="ConnectionException"/> if that fails.</summary>
    Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation);
}

/// <summary>One WebSocket connection. At most one send and one receive at a time; disposal ends those in progress.</summary>
public interface IRealtimeConnection : IAsyncDisposable
{
    /// <summary>Receives the next item; never faults for what the peer does.</summary>
    ValueTask<ReceiveResult> ReceiveAsync();

    /// <summary>Completes when the event is written to the socket.</summary>
    Task SendAsync(ClientEvent clientEvent);

    /// <summary>Sends a close frame with status 1000; the peer's answer comes through <see cref="ReceiveAsync"/>.</summary>
    Task CloseAsync();
}

/// <summary>What was received.</summary>
public abstract record ReceiveResult
{
    private ReceiveResult() { }

    /// <summary>An event.</summary>
    public sealed record Event(ServerEvent Value) : ReceiveResult;

    /// <summary>A frame that cannot be used; the connection goes on.</summary>
    public sealed record Skipped(string? Type, string Reason, int Bytes) : ReceiveResult;

    /// <summary>The connection has ended.</summary>
    public sealed record End(ConnectionEnd Value) : ReceiveResult;
}

/// <summary>A connection could not be made.</summary>
public sealed class ConnectionException(ConnectionEnd end, Exception? inner = null) : Exception(end.ToString(), inner)
{
    /// <summary>Why there is no connection.</summary>
    public ConnectionEnd End { get; } = end;
}

/// <summary>Writes records to one destination, in order, one at a time.</summary>
public interface IRecordSink
{
    /// <summary>Names the sink in logs.</summary>
    string Name { get; }

    /// <summary>Completes when the record is written.</summary>
    Task WriteAsync(SessionRecord record);
}
