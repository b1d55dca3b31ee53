using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// The user's audio on its way to the connection: what is sent next, as far as there is credit. A commit is sent behind the audio it
/// ends and needs no credit. All changes since the last <see cref="Checkpoint"/> can be undone.
/// </summary>
/// <param name="replay">Maximum audio kept for a new connection.</param>
/// <param name="pause">The pause that ends a turn; null: a pause ends none.</param>
/// <param name="frames">The pool that frames are returned to.</param>
/// <param name="format">The format of the session.</param>
public sealed class OutgoingAudio(TimeSpan replay, TimeSpan? pause, FramePool frames, SoundFormat format)
{
    private readonly ReplayBuffer _replay = new(format.Bytes(replay), frames, format);
    private State _state = State.Of(pause), _checkpoint = State.Of(pause);

    /// <summary>Frames that the connection is ready to take.</summary>
    public SendCredit Credit => _state.Credit;

    /// <summary>There is a connection, and nothing waits for it.</summary>
    public bool IsFlushed => Credit.IsConnected && !AnyWaiting;

    /// <summary>At least one piece waits to be sent.</summary>
    public bool AnyWaiting => _replay.AnyWaiting;

    /// <summary>Position of the oldest audio kept, in bytes on the session's audio clock.</summary>
    public long KeptFrom => _replay.KeptFrom;

    /// <summary>Position of the next frame.</summary>
    public long End => _replay.End;

    /// <summary>End of the last audio sent; what is sent again counts once.</summary>
    public long SentTo => _state.SentTo;

    /// <summary>End of the last audio sent that is not plainly silent.</summary>
    public long SpokenTo => _replay.SpokenTo;

    /// <summary>Bytes that are lost.</summary>
    public long LostBytes => _state.LostBytes;

    /// <summary>A new connection takes this many frames: everything that is kept waits for it. True if it is the first.</summary>
    public bool Connect(int credit, TimeSpan now)
    {
        var isFirst = !_state.WasConnected;
        if (isFirst) _state.Timeline = _state.Timeline.Open(now);
        (_state.Credit, _state.WasConnected) = (SendCredit.Reset(credit), true);
        _replay.Rewind();
        return isFirst;
    }

    /// <summary>There is no connection.</summary>
    public void Disconnect() => _state.Credit = SendCredit.None;

    /// <summary>The connection has sent this many more frames, and takes as many new ones.</summary>
    public void Confirm(int sent)
    {
        _replay.Confirm(sent);
        _state.Credit = _state.Credit.Add(sent);
    }

    /// <summary>Audio that ends before this position, in ms, is not needed again; <paramref name="quiet"/>: nor later silence.</summary>
    public void Release(long beforeMs, bool quiet) => _replay.Release(beforeMs, quiet);

    /// <summary>
    /// Adds a frame, whose array belongs to this from now on, and a commit if a turn ends with it. It was spoken at
    /// <paramref name="at"/>, or (null) right after the audio before.
    /// </summary>
    /// <returns>When it begins on the session's clock, if the input was paused before it; null: it was not.</returns>
    public TimeSpan? Add(AudioFrame frame, TimeSpan? at)
    {
        (_state.Timeline, var begins) = _state.Timeline.Add(frame.Duration, at);
        _replay.Add(frame);
        _state.LostBytes += _replay.TakeLost();
        if (_state.Pauses is not { } pauses) return begins;
        (_state.Pauses, var commit) = pauses.On(frame);
        if (commit) EndTurn();
        return begins;
    }

    /// <summary>A manual turn ends with the audio added before.</summary>
    public void EndTurn() => _replay.AddCommit();

    /// <summary>Counts audio that was lost before the frame that is added next; true if a run of losses begins with it.</summary>
    public bool CountLost(long bytes)
    {
        var isNews = bytes > 0 && !_state.IsLosing;
        (_state.LostBytes, _state.IsLosing) = (_state.LostBytes + bytes, bytes > 0);
        return isNews;
    }

    /// <summary>Returns an array that was not added to the pool, at the next checkpoint.</summary>
    public void GiveBack(byte[] frame) => _replay.GiveBack(frame);

    /// <summary>The next event to send, and where it begins, in bytes; null if nothing can be sent now.</summary>
    public (ClientEvent Event, long Position)? TakeNext()
    {
        var canSend = Credit.Any || (Credit.IsConnected && _replay.CommitIsNext);
        if (!canSend || !_replay.TryNext(out var piece)) return null;
        if (piece.Frame is not { } frame) return (new CommitAudio { EventId = EventId.Of($"turn_commit_{++_state.Commits}") }, piece.Start);

        _state.Credit = Credit.Spend();
        _state.SentTo = Math.Max(_state.SentTo, piece.End);
        return (new AppendAudio(frame), piece.Start);
    }

    /// <summary>Makes all changes final.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _replay.Checkpoint();
    }

    /// <summary>Undoes all changes since <see cref="Checkpoint"/>.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        _replay.Rollback();
    }

    private record struct State
    {
        public SendCredit Credit;
        public PauseDetector? Pauses;
        public SentTimeline Timeline;
        public long SentTo, LostBytes;
        public bool WasConnected;
        public bool IsLosing; // audio was lost before the last frame
        public long Commits; // sent; one that is sent again counts again

        public static State Of(TimeSpan? pause) => new() { Pauses = pause is { } length ? new PauseDetector(length) : null };
    }
}
