namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// Pooled audio arrays for all sessions: arrays that one session returns when its turn is joined are rented by others at once. Pooled,
/// because audio is kept for seconds and the arrays would survive into gen 2; pinned, so that the GC never copies them. Thread-safe.
/// </summary>
/// <param name="capacity">Maximum bytes of idle arrays; arrays returned beyond it are left to the GC.</param>
public sealed class FramePool(long capacity)
{
    // Distinct array lengths; further ones are not pooled. Sessions of a process have the same frame length, or nearly.
    private const int MaxLengths = 16;

    // Formats differ in the byte that is silence.
    private const int MaxSilences = 4;

    private readonly Dictionary<int, Bucket> _buckets = [];
    private long _bytes;

    /// <summary>The pool of all sessions, 32 MiB.</summary>
    public static FramePool Shared { get; } = new(32 * 1024 * 1024);

    /// <summary>An array of exactly this length; its content is undefined.</summary>
    public byte[] Rent(int length)
    {
        lock (_buckets)
        {
            if (_buckets.TryGetValue(length, out var shelf) && shelf.Spare.TryPop(out var frame))
            {
                _bytes -= length;
                return frame;
            }
        }
        return GC.AllocateUninitializedArray<byte>(length, pinned: true);
    }

    /// <summary>
    /// Interns silence: the frame itself or, if it is nothing but <paramref name="silence"/>, the shared array of it; the caller then no
    /// longer needs the frame. Otherwise a muted microphone and the pauses of a recording would keep one array per silent frame.
    /// </summary>
    public byte[] Intern(byte[] frame, byte silence) =>
        frame.AsSpan().ContainsAnyExcept(silence) ? frame : Silence(frame.Length, silence);

    /// <summary>The shared array of this length that is filled with <paramref name="silence"/>; it must not be written to.</summary>
    public byte[] Silence(int length, byte silence)
    {
        lock (_buckets)
        {
            if (BucketOf(length) is not { } shelf) return Filled(length, silence);
            foreach (var shared in shelf.Silences)
            {
                if (shared.Length > 0 && shared[0] == silence) return shared;
            }
            var filled = Filled(length, silence);
            if (shelf.Silences.Count < MaxSilences) shelf.Silences.Add(filled);
            return filled;
        }
    }

    /// <summary>Returns an array; the caller must be its last holder. No effect for the shared silence.</summary>
    public void Return(byte[] frame)
    {
        lock (_buckets)
        {
            if (BucketOf(frame.Length) is { } shelf) Add(shelf, frame);
        }
    }

    private static byte[] Filled(int length, byte value)
    {
        var frame = new byte[length];
        Array.Fill(frame, value);
        return frame;
    }

    private void Add(Bucket shelf, byte[] frame)
    {
        if (shelf.Silences.Contains(frame) || _bytes + frame.Length > capacity) return;
        shelf.Spare.Push(frame);
        _bytes += frame.Length;
    }

    // Null: there are too many lengths already.
    private Bucket? BucketOf(int length)
    {
        if (_buckets.TryGetValue(length, out var shelf)) return shelf;
        return _buckets.Count == MaxLengths ? null : _buckets[length] = new Bucket();
    }

    private sealed class Bucket
    {
        public Stack<byte[]> Spare { get; } = new();

        public List<byte[]> Silences { get; } = [];
    }
}
