using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>The calls of this process, as the gateway sees them.</summary>
public interface ICalls
{
    /// <summary>The calls that are not over, the newest first.</summary>
    IReadOnlyList<LiveCall> Live { get; }

    /// <summary>A call that is not over; null: there is none of this id.</summary>
    LiveCall? Find(SessionId id);

    /// <summary>Asks for a place for a call. <c>Refusal</c>: why there is none; else the call must be run or withdrawn.</summary>
    Task<(SessionId Id, CallRefusal? Refusal)> AdmitAsync();

    /// <summary>
    /// Asks the call's tenant for a place as well; null: the tenant of calls that name none. A call that is refused has no place any more.
    /// </summary>
    Task<CallRefusal?> EnterAsync(SessionId id, TenantId? tenant);

    /// <summary>The admitted call does not run.</summary>
    void Withdraw(SessionId id);

    /// <summary>Runs an admitted call to its end, whatever happens, and gives its place back.</summary>
    Task<SessionMessages.Ended> RunAsync(SessionId id, CallPorts ports);

    /// <summary>
    /// Starts a call of a tenant (null: that of calls that name none) with a recorded voice: <c>sample</c>, or a file of the folder for inputs.
    /// Its end is not awaited. Throws <see cref="InputException"/> if there is no such file.
    /// </summary>
    Task<(SessionId Id, CallRefusal? Refusal)> StartAsync(string input, bool isRealtime, TenantId? tenant);

    /// <summary>Ends a call in good order; no effect if it is over.</summary>
    void Stop(SessionId id);
}

/// <summary>The input of a call cannot be used; the message says why.</summary>
public sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What is specific to a call: where it comes from, its sound in and its sound out.</summary>
public sealed record CallPorts(CallSource From, string Input, IAudioSource Source, ISpeaker Speaker)
{
    /// <summary>The caller's address; null: it is not recorded.</summary>
    public string? RemoteAddress { get; init; }

    /// <summary>What a telephone carrier says about the call; null: it is none of a telephone.</summary>
    public TelephoneFacts? Telephone { get; init; }

    /// <summary>The keys of the caller's telephone; null: there is none.</summary>
    public IKeypad? Keypad { get; init; }

    /// <summary>How the sound of source and speaker is coded; null: as the settings say.</summary>
    public SoundFormat? Format { get; init; }

    /// <summary>The source is read at the pace of a voice, if it can wait at all.</summary>
    public bool IsRealtime { get; init; } = true;

    /// <summary>The caller may speak over the assistant.</summary>
    public bool BargesIn { get; init; }

    /// <summary>Passes on what was heard, and when; null: it cannot be recorded.</summary>
    public Action<Action<ReadOnlySpan<byte>, TimeSpan>>? RecordHeard { get; init; }
}

/// <summary>A call that is not over.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="StartedAt">When it was admitted.</param>
/// <param name="Records">Its records so far.</param>
public sealed record LiveCall(SessionId Id, CallSource Source, DateTimeOffset StartedAt, RecordLog Records);

/// <summary>The calls that are over and recorded.</summary>
public interface IRecordedCalls
{
    /// <summary>The newest, at most <paramref name="most"/> and without those of <paramref name="live"/>.</summary>
    IEnumerable<RecordedCall> Newest(int most, IReadOnlySet<string> live);

    /// <summary>One call; null: there is none of this id.</summary>
    RecordedCall? Find(SessionId id);

    /// <summary>The records of a call in their order, numbered from 1.</summary>
    IEnumerable<NumberedRecord> Records(SessionId id);

    /// <summary>Opens a recording, <c>input.wav</c> or <c>output.wav</c>, also of a live call; null: there is none.</summary>
    Stream? OpenAudio(SessionId id, string file);
}

/// <summary>A call that is recorded, and not live in this process.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="StartedAt">When it was admitted.</param>
/// <param name="Turns">Its turns so far.</param>
/// <param name="TotalUsd">What it has cost so far, in US dollars.</param>
/// <param name="IsFinished">It has a summary; else another process has it under way, or a process has died with it.</param>
/// <param name="IsHere">It is recorded on this machine.</param>
public sealed record RecordedCall(
    SessionId Id, CallSource Source, DateTimeOffset StartedAt, int Turns, decimal TotalUsd, bool IsFinished, bool IsHere);

/// <summary>One line about a client that breaks a rule; how many there are is limited.</summary>
public interface IGatewayLog
{
    /// <summary>What happened, in which call; null: in none.</summary>
    void Warn(string reason, SessionId? call = null);

    /// <summary>A request failed by a fault of ours.</summary>
    void Fail(Exception e);
}
