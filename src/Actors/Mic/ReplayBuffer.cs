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
/// is kept as it came, and given back when it is forgotten and the connection is done with it.
/// </summary>
/// <param name="capacity">Bytes that are kept; beyond them the oldest is forgotten.</param>
/// <param name="frames">Where frames come from.</param>
public sealed class ReplayBuffer(long capacity, FramePool frames)
{
    // The server tells of speech after the fact, and TCP takes sound that never arrives. So while nobody is known to speak the
    // last second is kept, and all from the first frame on that is not plainly silent.
    private static readonly int Lead = Pcm.Bytes(TimeSpan.FromSeconds(1));

    // About -50 dBFS: below what any sensible threshold of voice activity detection takes for speech.
    private const double Silence = 0.003;

    private readonly Queue<Sent> _sent = new();
    private Queue<SoundPiece> _waiting = new();
    private long _end;
    private long _settled;
    private bool _quiet = true;
    private long _lost;
    private long _handed, _confirmed; // frames on this connection: given to it, and known to have left

    /// <summary>Something waits to be sent.</summary>
    public bool AnyWaiting => _waiting.Count > 0;

    /// <summary>The next piece to be sent is a commit.</summary>
    public bool CommitIsNext => _waiting.TryPeek(out var next) && next.Frame is null;

    /// <summary>Where the oldest sound that is kept begins, in bytes.</summary>
    public long KeptFrom => _sent.TryPeek(out var sent) ? sent.Piece.Start : _waiting.TryPeek(out var waiting) ? waiting.Start : _end;

    /// <summary>Where the last sound ends that was sent and is not plainly silent, in bytes.</summary>
    public long SpokenTo { get; private set; }

    /// <summary>Bytes that are kept.</summary>
    public long Kept => _end - KeptFrom;

    /// <summary>A new frame, which is the buffer's from now on.</summary>
    public void Add(byte[] frame)
    {
        _waiting.Enqueue(new SoundPiece(frame, _end));
        _end += frame.Length;
        if (Kept > capacity) Forget();
    }

    /// <summary>A manual turn ends with what was added before.</summary>
    public void AddCommit() => _waiting.Enqueue(new SoundPiece(null, _end));

    /// <summary>Takes the next piece to send; false where nothing waits.</summary>
    public bool TryNext(out SoundPiece piece)
    {
        if (!_waiting.TryDequeue(out piece)) return false;
        var isSilent = piece.Frame is { } sound && Pcm.Rms(sound) < Silence;
        if (!isSilent) SpokenTo = Math.Max(SpokenTo, piece.End);
        if (piece.Frame is not null) _handed++;
        _sent.Enqueue(new Sent(piece, _handed, isSilent));
        Forget();
        return true;
    }

    /// <summary>The connection is done with so many more frames, in the order in which it got them.</summary>
    public void Confirm(int left) => _confirmed += left;

    /// <summary>What ends before this place, in ms, is not needed again; <paramref name="quiet"/>: nor is silence after it.</summary>
    public void Release(long beforeMs, bool quiet)
    {
        // The place comes from the server: it may say what it likes, but not release what it was never sent.
        var before = Math.Clamp(beforeMs, 0, Pcm.Milliseconds(_end)) * Pcm.BytesPerMillisecond;
        (_settled, _quiet) = (Math.Max(_settled, before), quiet);
        Forget();
    }

    /// <summary>A new connection: everything that is kept waits to be sent again.</summary>
    public void Rewind()
    {
        if (_sent.Count > 0) _waiting = new Queue<SoundPiece>([.. _sent.Select(sent => sent.Piece with { IsHeld = IsHeld(sent) }), .. _waiting]);
        _sent.Clear();
        (_handed, _confirmed) = (0, 0);
    }

    /// <summary>Bytes forgotten before they were ever sent, since this was last asked.</summary>
    public long TakeLost()
    {
        var lost = _lost;
        _lost = 0;
        return lost;
    }

    private void Forget()
    {
        while (_sent.TryPeek(out var oldest) && (oldest.Piece.End <= _settled || Kept > capacity || (_quiet && IsIdle(oldest))))
        {
            _sent.Dequeue();
            Return(oldest.Piece, IsHeld(oldest));
        }
        while (Kept > capacity && _waiting.TryDequeue(out var oldest))
        {
            _lost += oldest.Frame?.Length ?? 0;
            Return(oldest, oldest.IsHeld);
        }
    }

    private void Return(SoundPiece piece, bool isHeld)
    {
        if (piece.Frame is { } frame && !isHeld) frames.Return(frame);
    }

    private bool IsIdle(Sent sent) => sent.IsSilent && _end - sent.Piece.End >= Lead;

    private bool IsHeld(Sent sent) => sent.Piece.IsHeld || sent.Number > _confirmed;

    // Number: of its frame on this connection.
    private readonly record struct Sent(SoundPiece Piece, long Number, bool IsSilent);
}
