using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors;

// What the machine needs from the outside. The host has an adapter for each; tests have theirs.

/// <summary>The outside of one session, and the clock that its rules are told the time by.</summary>
public sealed record SessionPorts(ISoundSource Source, ISpeaker Speaker, IRealtimeConnector Connector, IReadOnlyList<IRecordSink> Sinks, TimeProvider Clock)
{
    /// <summary>Ends a turn, where the server detects none; null: pauses do.</summary>
    public ITalkKey? Key { get; init; }

    /// <summary>Keeps what is sent; null: nobody does.</summary>
    public ISoundRecorder? Recorder { get; init; }
}

/// <summary>Keeps sound, and never makes anybody wait for it.</summary>
public interface ISoundRecorder
{
    /// <summary>The session is open: the recording begins now.</summary>
    void Begin(TimeSpan now);

    /// <summary>
    /// This is sent, and only lent. It was said at that time; null: right after what was sent before. <paramref name="place"/>: where it
    /// stands on the session's sound clock, in bytes; what comes a second time is not recorded again.
    /// </summary>
    void Sent(ReadOnlyMemory<byte> sound, TimeSpan? at, long place);
}

/// <summary>A key that a person presses when he has spoken.</summary>
public interface ITalkKey
{
    /// <summary>Completes when it is pressed: true; false where it never will be any more. One call at a time.</summary>
    Task<bool> PressedAsync();
}

/// <summary>Words for the model that people may edit while the session runs.</summary>
public interface IPromptSource
{
    /// <summary>
    /// The prompt as it is now; what cannot be used leaves the last good one, and <c>Problem</c> says so for as long as that is so.
    /// Looks at a local file at most, and never throws.
    /// </summary>
    (Prompt Prompt, Notice? Problem) Read();
}

/// <summary>Does something outside with a result: a program, a web service.</summary>
public interface IAction
{
    /// <summary>
    /// Does it; completes with what it answered, bounded. The same id may come again, which is then the same thing. Throws
    /// <see cref="ActionException"/> where it was not done.
    /// </summary>
    Task<string> RunAsync(string id, string json, CancellationToken cancellation);
}

/// <summary>An action was not done; <c>Permanent</c>: nor would it be at another time.</summary>
public sealed class ActionException(string message, bool permanent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Trying again cannot help.</summary>
    public bool Permanent { get; } = permanent;
}

/// <summary>Where the user's voice comes from: <see cref="IPatientSource"/> or <see cref="ILiveSource"/>. PCM16 mono 24 kHz.</summary>
public interface ISoundSource;

/// <summary>Sound that cannot wait: a microphone.</summary>
public interface ILiveSource : ISoundSource
{
    /// <summary>
    /// Starts listening into <paramref name="ring"/> and calls <paramref name="waiting"/> whenever the ring says that its reader
    /// has to be told. Completes when the device has ended by itself; faults with the reason where it fails. May then be called
    /// again, with another ring: the device, or another one, is opened anew.
    /// </summary>
    Task ListenAsync(FrameRing ring, Action waiting);

    /// <summary>Listens no more.</summary>
    void Stop();
}

/// <summary>Sound that can wait: a file or a pipe.</summary>
public interface IPatientSource : ISoundSource
{
    /// <summary>Fills <paramref name="frame"/> as far as there is sound; fewer bytes mean that the end is near, 0 is the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation);
}

/// <summary>Where the assistant's voice goes. PCM16 mono 24 kHz.</summary>
public interface ISpeaker
{
    /// <summary>Somebody hears or keeps what it takes. Where nobody does, it is only asked how long the sound is, and gets silence of that length.</summary>
    bool IsHeard => true;

    /// <summary>
    /// Takes a block as soon as there is room for it; one call at a time. False where it was cancelled before that. The bytes are the
    /// speaker's only until then: what it keeps it copies.
    /// </summary>
    Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation);

    /// <summary>From a block's being taken until its last sample is heard.</summary>
    TimeSpan Latency { get; }

    /// <summary>
    /// How long from now until all that was taken is heard, as far as the device can tell; negative: since when it has been. On a
    /// busy machine this is later than <see cref="Latency"/> said when it was taken.
    /// </summary>
    TimeSpan Left { get; }

    /// <summary>Silence at once; tells how many bytes were taken and will now not be heard.</summary>
    long Discard();
}

/// <summary>A loudspeaker that may go away. What it was given and did not take waits for it to come back.</summary>
public interface IDeviceSpeaker : ISpeaker
{
    /// <summary>
    /// Plays, and calls <paramref name="playing"/> when it does. Completes when the device has ended by itself; faults with the
    /// reason where it fails. May then be called again: the device, or another one, is opened anew.
    /// </summary>
    Task PlayAsync(Action playing);

    /// <summary>What takes the sound when the device is given up.</summary>
    ISpeaker Instead { get; }
}

/// <summary>Makes connections; knows the address and the key.</summary>
public interface IRealtimeConnector
{
    /// <summary>Connects once. Throws <see cref="LineException"/> where that fails.</summary>
    Task<IRealtimeLine> ConnectAsync(CancellationToken cancellation);
}

/// <summary>One WebSocket. At most one send and one receive at a time; what is under way ends when the line is disposed of.</summary>
public interface IRealtimeLine : IAsyncDisposable
{
    /// <summary>The next thing that comes in; never faults for what the peer does.</summary>
    ValueTask<LineRead> ReceiveAsync();

    /// <summary>Completes when the event has left for the wire.</summary>
    Task SendAsync(ClientEvent clientEvent);

    /// <summary>Says goodbye with 1000; the peer's answer comes through <see cref="ReceiveAsync"/>.</summary>
    Task CloseAsync();
}

/// <summary>What came in.</summary>
public abstract record LineRead
{
    private LineRead() { }

    /// <summary>An event.</summary>
    public sealed record Event(ServerEvent Value) : LineRead;

    /// <summary>A frame we could not use; the connection goes on.</summary>
    public sealed record Skipped(string? Type, string Reason, int Bytes) : LineRead;

    /// <summary>Nothing more will come.</summary>
    public sealed record End(LineEnd Value) : LineRead;
}

/// <summary>A connection could not be made.</summary>
public sealed class LineException(LineEnd end, Exception? inner = null) : Exception(end.ToString(), inner)
{
    /// <summary>How it ended before it began.</summary>
    public LineEnd End { get; } = end;
}

/// <summary>Writes records somewhere, in order, one at a time.</summary>
public interface IRecordSink
{
    /// <summary>Names the sink in logs.</summary>
    string Name { get; }

    /// <summary>Completes when the record is where it shall be.</summary>
    Task WriteAsync(SessionRecord record);
}
