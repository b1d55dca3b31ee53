namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// Pooled audio arrays for all sessions: arrays that one session returns when its turn is joined are rented by others at once. Pooled,
/// because audio is kept for seconds and the arrays would survive into gen 2. Thread-safe.
/// </summary>
/// <param name="capacity">Maximum bytes of idle arrays; arrays returned beyond it are left to the GC.</param>
public sealed class FramePool(long capacity)
{
    // Distinct array lengths; further ones are not pooled. Sessions of a process have the same frame length, or nearly.
    private const int MaxLengths = 16;

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
        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>
    /// Interns silence: the frame itself or, if it is all zeros, the shared all-zero array of its length; the caller then no longer needs
    /// the frame. Otherwise a muted microphone and the pauses of a recording would keep one array per silent frame.
    /// </summary>
    public byte[] Intern(byte[] frame) => frame.AsSpan().ContainsAnyExcept((byte)0) ? frame : Silence(frame.Length);

    /// <summary>The shared all-zero array of this length; it must not be written to.</summary>
    public byte[] Silence(int length)
    {
        lock (_buckets)
        {
            return BucketOf(length) is { } shelf ? shelf.Silence ??= new byte[length] : new byte[length];
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

    private void Add(Bucket shelf, byte[] frame)
    {
        if (frame == shelf.Silence || _bytes + frame.Length > capacity) return;
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

        public byte[]? Silence { get; set; }
    }
}
