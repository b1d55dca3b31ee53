using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>One thing on its way to the server: a frame of sound, or the commit that ends a manual turn.</summary>
/// <param name="Frame">PCM16 mono 24 kHz; null for a commit.</param>
/// <param name="Start">Its place on the session's sound clock, in bytes.</param>
public readonly record struct SoundPiece(byte[]? Frame, long Start)
{
    /// <summary>A connection that is gone may still hold the frame: it cannot be used for other sound.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The place behind it, in bytes.</summary>
    public long End => Start + (Frame?.Length ?? 0);
}

/// <summary>
/// The user's sound on the session's own clock, which begins with the first frame and never with a connection: what waits to
/// be sent and, before it, what was sent and is in no joined turn yet. A new connection gets it again, from the oldest on. A frame
/// is kept as it came, and given back when it is forgotten and the connection is done with it. What was done since the last
/// <see cref="Checkpoint"/> can be undone.
/// </summary>
public sealed class ReplayBuffer
{
    // The server tells of speech after the fact, and TCP takes sound that never arrives. So while nobody is known to speak the
    // last second is kept, and all from the first frame on that is not plainly silent.
    private static readonly int Lead = Pcm.Bytes(TimeSpan.FromSeconds(1));

    // About -50 dBFS: below what any sensible threshold of voice activity detection takes for speech.
    private const double SilentRms = 0.003;

    private readonly long _capacity;
    private readonly FramePool _frames;
    private readonly RollbackQueue<Entry> _pieces; // those that were sent, then those that wait
    private readonly Stack<byte[]> _spare = new(); // frames that nobody needs, if that holds
    private State _state = new() { IsQuiet = true }, _checkpoint = new() { IsQuiet = true };

    /// <summary>An empty one.</summary>
    /// <param name="capacity">Bytes that are kept; beyond them the oldest is forgotten.</param>
    /// <param name="frames">Where frames come from.</param>
    public ReplayBuffer(long capacity, FramePool frames)
    {
        (_capacity, _frames) = (capacity, frames);
        _pieces = new RollbackQueue<Entry>(Return);
    }

    /// <summary>Something waits to be sent.</summary>
    public bool AnyWaiting => _pieces.Count > _state.Sent;

    /// <summary>The next piece to be sent is a commit.</summary>
    public bool CommitIsNext => AnyWaiting && _pieces[_state.Sent].Piece.Frame is null;

    /// <summary>Where the oldest sound that is kept begins, in bytes.</summary>
    public long KeptFrom => _pieces.Count > 0 ? _pieces[0].Piece.Start : _state.End;

    /// <summary>Where the last sound ends that was sent and is not plainly silent, in bytes.</summary>
    public long SpokenTo => _state.SpokenTo;

    /// <summary>Where the next frame will stand, in bytes.</summary>
    public long End => _state.End;

    /// <summary>Bytes that are kept.</summary>
    public long Kept => _state.End - KeptFrom;

    /// <summary>A new frame, which is the buffer's from now on.</summary>
    public void Add(byte[] frame)
    {
        var shared = _frames.Share(frame);
        if (shared != frame) GiveBack(frame);
        _pieces.Enqueue(new Entry(new SoundPiece(shared, _state.End), 0, false));
        _state.End += frame.Length;
        if (Kept > _capacity) Forget();
    }

    /// <summary>A manual turn ends with what was added before.</summary>
    public void AddCommit() => _pieces.Enqueue(new Entry(new SoundPiece(null, _state.End), 0, false));

    /// <summary>A frame that nobody needs.</summary>
    public void GiveBack(byte[] frame) => _spare.Push(frame);

    /// <summary>Takes the next piece to send; false where nothing waits.</summary>
    public bool TryNext(out SoundPiece piece)
    {
        piece = default;
        if (!AnyWaiting) return false;
        ref var next = ref _pieces[_state.Sent];
        piece = next.Piece;
        var isSilent = piece.Frame is { } sound && Pcm.Rms(sound) < SilentRms;
        if (!isSilent) _state.SpokenTo = Math.Max(_state.SpokenTo, piece.End);
        if (piece.Frame is not null) _state.Handed++;
        next = new Entry(piece, _state.Handed, isSilent);
        _state.Sent++;
        Forget();
        return true;
    }

    /// <summary>The connection is done with so many more frames, in the order in which it got them.</summary>
    public void Confirm(int left) => _state.Confirmed += left;

    /// <summary>What ends before this place, in ms, is not needed again; <paramref name="quiet"/>: nor is silence after it.</summary>
    public void Release(long beforeMs, bool quiet)
    {
        // The place comes from the server: it may say what it likes, but not release what it was never sent.
        var before = Math.Clamp(beforeMs, 0, Pcm.Milliseconds(_state.End)) * Pcm.BytesPerMillisecond;
        (_state.Settled, _state.IsQuiet) = (Math.Max(_state.Settled, before), quiet);
        Forget();
    }

    /// <summary>A new connection: everything that is kept waits to be sent again.</summary>
    public void Rewind()
    {
        for (var i = 0; i < _state.Sent; i++) _pieces[i] = new Entry(_pieces[i].Piece with { IsHeld = IsHeld(_pieces[i]) }, 0, false);
        (_state.Sent, _state.Handed, _state.Confirmed) = (0, 0, 0);
    }

    /// <summary>Bytes forgotten before they were ever sent, since this was last asked.</summary>
    public long TakeLost()
    {
        var lost = _state.Lost;
        _state.Lost = 0;
        return lost;
    }

    /// <summary>What was done holds: what is forgotten is given back.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _pieces.Checkpoint();
        while (_spare.TryPop(out var frame)) _frames.Return(frame);
    }

    /// <summary>What was done since <see cref="Checkpoint"/> was not.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        _pieces.Rollback();
        _spare.Clear();
    }

    private void Forget()
    {
        while (_state.Sent > 0 && _pieces[0] is var oldest && (oldest.Piece.End <= _state.Settled || Kept > _capacity || (_state.IsQuiet && IsIdle(oldest))))
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

    private bool IsIdle(Entry sent) => sent.IsSilent && _state.End - sent.Piece.End >= Lead;

    private bool IsHeld(Entry entry) => entry.Piece.IsHeld || entry.Number > _state.Confirmed;

    // Number: of its frame on this connection, 0 while it waits. What is written into a piece when that is undone holds it too long,
    // never too short.
    private readonly record struct Entry(SoundPiece Piece, long Number, bool IsSilent);

    private record struct State
    {
        public int Sent; // of the pieces
        public long End, Settled, SpokenTo, Lost;
        public bool IsQuiet;
        public long Handed, Confirmed; // frames on this connection: given to it, and known to have left
    }
}
