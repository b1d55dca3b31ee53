using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>One thing on its way to the server: a frame of sound, or the commit that ends a manual turn.</summary>
/// <param name="Frame">PCM16 mono 24 kHz; null for a commit.</param>
/// <param name="Start">Its place on the session's sound clock, in bytes.</param>
public readonly record struct SoundPiece(byte[]? Frame, long Start)
{
    /// <summary>The place behind it, in bytes.</summary>
    public long End => Start + (Frame?.Length ?? 0);
}

/// <summary>
/// The user's sound on the session's own clock, which begins with the first frame and never with a connection: what waits to
/// be sent and, before it, what was sent and is in no joined turn yet. A new connection gets it again, from the oldest on.
/// </summary>
/// <param name="capacity">Bytes that are kept; beyond them the oldest is forgotten.</param>
public sealed class ReplayBuffer(long capacity)
{
    // The server tells of speech after the fact, and TCP takes sound that never arrives. So while nobody is known to speak the
    // last second is kept, and all from the first frame on that is not plainly silent.
    private static readonly int Lead = Pcm.Bytes(TimeSpan.FromSeconds(1));

    // About -50 dBFS: below what any sensible threshold of voice activity detection takes for speech.
    private const double Silence = 0.003;

    private readonly Queue<Sent> _sent = new();
    private readonly SoundStore _store = new(); // the sound of what was sent
    private Queue<SoundPiece> _waiting = new();
    private long _end;
    private long _settled;
    private bool _quiet = true;
    private long _lost;

    /// <summary>Something waits to be sent.</summary>
    public bool AnyWaiting => _waiting.Count > 0;

    /// <summary>The next piece to be sent is a commit.</summary>
    public bool CommitIsNext => _waiting.TryPeek(out var next) && next.Frame is null;

    /// <summary>Where the oldest sound that is kept begins, in bytes.</summary>
    public long KeptFrom => _sent.TryPeek(out var sent) ? sent.Start : _waiting.TryPeek(out var waiting) ? waiting.Start : _end;

    /// <summary>Where the last sound ends that was sent and is not plainly silent, in bytes.</summary>
    public long SpokenTo { get; private set; }

    /// <summary>Bytes that are kept.</summary>
    public long Kept => _end - KeptFrom;

    /// <summary>A new frame.</summary>
    public void Add(byte[] frame)
    {
        _waiting.Enqueue(new SoundPiece(frame, _end));
        _end += frame.Length;
        Forget();
    }

    /// <summary>A manual turn ends with what was added before.</summary>
    public void AddCommit() => _waiting.Enqueue(new SoundPiece(null, _end));

    /// <summary>Takes the next piece to send; false where nothing waits.</summary>
    public bool TryNext(out SoundPiece piece)
    {
        if (!_waiting.TryDequeue(out piece)) return false;
        if (piece.Frame is { } frame) _store.Add(piece.Start, frame);
        var isSilent = piece.Frame is { } sound && Pcm.Rms(sound) < Silence;
        if (!isSilent) SpokenTo = Math.Max(SpokenTo, piece.End);
        _sent.Enqueue(new Sent(piece.Start, piece.Frame?.Length, isSilent));
        Forget();
        return true;
    }

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
        if (_sent.Count == 0) return;
        _waiting = new Queue<SoundPiece>([.. _sent.Select(sent => new SoundPiece(sent.Length is { } length ? _store.Copy(sent.Start, length) : null, sent.Start)), .. _waiting]);
        _sent.Clear();
        _store.DropBefore(_store.End);
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
        while (_sent.TryPeek(out var oldest) && (oldest.End <= _settled || Kept > capacity || (_quiet && IsIdle(oldest)))) _sent.Dequeue();
        _store.DropBefore(_sent.TryPeek(out var kept) ? kept.Start : _store.End);
        while (Kept > capacity && _waiting.TryDequeue(out var oldest)) _lost += oldest.Frame?.Length ?? 0;
    }

    private bool IsIdle(Sent piece) => piece.IsSilent && _end - piece.End >= Lead;

    // Length null: a commit.
    private readonly record struct Sent(long Start, int? Length, bool IsSilent)
    {
        public long End => Start + (Length ?? 0);
    }
}
