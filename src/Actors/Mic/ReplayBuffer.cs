using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>One piece on its way to the server: a frame of audio, or the commit that ends a manual turn.</summary>
/// <param name="Frame">In the format of the session; null for a commit.</param>
/// <param name="Start">Its position on the session's audio clock, in bytes.</param>
public readonly record struct ReplayPiece(byte[]? Frame, long Start)
{
    /// <summary>A connection that is gone may still hold the frame: its array must not be reused.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The position behind it, in bytes.</summary>
    public long End => Start + (Frame?.Length ?? 0);
}

/// <summary>
/// The user's audio on the session's own clock, which starts at the first frame and does not depend on connections: audio that waits to
/// be sent and, before it, audio that was sent and is in no joined turn yet. A new connection gets all of it again, oldest first. A frame
/// is kept unchanged, and returned when it is forgotten and the connection is done with it. All changes since the last
/// <see cref="Checkpoint"/> can be undone.
/// </summary>
public sealed class ReplayBuffer
{
    // The server reports speech after the fact, and TCP accepts audio that never arrives. So while no speech is known, the last
    // second is kept, and everything from the first frame on that is not plainly silent.
    private readonly int _lead;

    private readonly long _capacity;
    private readonly FramePool _frames;
    private readonly SoundFormat _format;
    private readonly RollbackQueue<Entry> _pieces; // pieces that were sent, then those that wait
    private readonly Stack<byte[]> _spare = new(); // unused frames, returned by the next checkpoint
    private State _state = new() { IsQuiet = true }, _checkpoint = new() { IsQuiet = true };

    /// <summary>An empty buffer.</summary>
    /// <param name="capacity">Maximum bytes kept; beyond it the oldest are forgotten.</param>
    /// <param name="frames">The pool that frames are returned to.</param>
    /// <param name="format">The format of the session.</param>
    public ReplayBuffer(long capacity, FramePool frames, SoundFormat format)
    {
        (_capacity, _frames, _format) = (capacity, frames, format);
        _lead = format.Bytes(TimeSpan.FromSeconds(1));
        _pieces = new RollbackQueue<Entry>(Return);
    }

    /// <summary>At least one piece waits to be sent.</summary>
    public bool AnyWaiting => _pieces.Count > _state.Sent;

    /// <summary>The next piece to be sent is a commit.</summary>
    public bool CommitIsNext => AnyWaiting && _pieces[_state.Sent].Piece.Frame is null;

    /// <summary>Position of the oldest audio kept, in bytes.</summary>
    public long KeptFrom => _pieces.Count > 0 ? _pieces[0].Piece.Start : _state.End;

    /// <summary>End of the last audio sent that is not plainly silent, in bytes.</summary>
    public long SpokenTo => _state.SpokenTo;

    /// <summary>Position of the next frame, in bytes.</summary>
    public long End => _state.End;

    /// <summary>Bytes kept.</summary>
    public long Kept => _state.End - KeptFrom;

    /// <summary>Adds a frame, whose array the buffer owns from now on.</summary>
    public void Add(AudioFrame frame)
    {
        var shared = _frames.Intern(frame.Bytes, _format.Silence);
        if (shared != frame.Bytes) GiveBack(frame.Bytes);
        _pieces.Enqueue(new Entry(new ReplayPiece(shared, _state.End), 0, frame.IsSilent));
        _state.End += shared.Length;
        if (Kept > _capacity) Forget();
    }

    /// <summary>Adds a commit: a manual turn ends with the audio added before.</summary>
    public void AddCommit() => _pieces.Enqueue(new Entry(new ReplayPiece(null, _state.End), 0, false));

    /// <summary>Returns an unused frame to the pool, at the next checkpoint.</summary>
    public void GiveBack(byte[] frame) => _spare.Push(frame);

    /// <summary>Takes the next piece to send; false if nothing waits.</summary>
    public bool TryNext(out ReplayPiece piece)
    {
        piece = default;
        if (!AnyWaiting) return false;
        ref var next = ref _pieces[_state.Sent];
        piece = next.Piece;
        if (!next.IsSilent) _state.SpokenTo = Math.Max(_state.SpokenTo, piece.End);
        if (piece.Frame is not null) _state.Handed++;
        next = next with { Number = _state.Handed };
        _state.Sent++;
        Forget();
        return true;
    }

    /// <summary>The connection is done with this many more frames, in the order in which it got them.</summary>
    public void Confirm(int left) => _state.Confirmed += left;

    /// <summary>Audio that ends before this position, in ms, is not needed again; <paramref name="quiet"/>: nor later silence.</summary>
    public void Release(long beforeMs, bool quiet)
    {
        // The position comes from the server: it must not release audio that does not exist yet.
        var before = Math.Clamp(beforeMs, 0, _format.Milliseconds(_state.End)) * _format.BytesPerMillisecond;
        (_state.Settled, _state.IsQuiet) = (Math.Max(_state.Settled, before), quiet);
        Forget();
    }

    /// <summary>For a new connection: everything that is kept waits to be sent again.</summary>
    public void Rewind()
    {
        for (var i = 0; i < _state.Sent; i++)
        {
            var sent = _pieces[i];
            _pieces[i] = sent with { Piece = sent.Piece with { IsHeld = IsHeld(sent) }, Number = 0 };
        }
        (_state.Sent, _state.Handed, _state.Confirmed) = (0, 0, 0);
    }

    /// <summary>Bytes forgotten before they were sent, since the last call.</summary>
    public long TakeLost()
    {
        var lost = _state.Lost;
        _state.Lost = 0;
        return lost;
    }

    /// <summary>Makes all changes final: forgotten frames are returned.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _pieces.Checkpoint();
        while (_spare.TryPop(out var frame)) _frames.Return(frame);
    }

    /// <summary>Undoes all changes since <see cref="Checkpoint"/>.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        _pieces.Rollback();
        _spare.Clear();
    }

    private void Forget()
    {
        while (_state.Sent > 0 && _pieces[0] is var oldest
            && (oldest.Piece.End <= _state.Settled || Kept > _capacity || (_state.IsQuiet && IsIdle(oldest))))
        {
            _pieces.Dequeue();
            _state.Sent--;
        }
        while (Kept > _capacity && _pieces.Count > 0) _state.Lost += _pieces.Dequeue().Piece.Frame?.Length ?? 0;
    }

    private void Return(Entry entry)
    {
        if (entry.Piece.Frame is { } frame && !IsHeld(entry)) _frames.Return(frame);
    }

    private bool IsIdle(Entry sent) => sent.IsSilent && _state.End - sent.Piece.End >= _lead;

    private bool IsHeld(Entry entry) => entry.Piece.IsHeld || entry.Number > _state.Confirmed;

    // Number: that of its frame on this connection, 0 while it waits. A number written into a piece is not undone: the frame is then held
    // too long, never too short.
    private readonly record struct Entry(ReplayPiece Piece, long Number, bool IsSilent);

    private record struct State
    {
        public int Sent; // number of pieces sent
        public long End, Settled, SpokenTo, Lost;
        public bool IsQuiet;
        public long Handed, Confirmed; // frames on this connection: given to it, and reported as sent by it
    }
}
