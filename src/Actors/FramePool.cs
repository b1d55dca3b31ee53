namespace RealtimeAkka.Actors;

/// <summary>
/// Arrays for sound that is kept for seconds, for all sessions: what one gives back when its turn is joined, others need at once.
/// They live long: left to the collector they would be garbage of its dearest kind. Who gives one back is the last that holds it.
/// </summary>
/// <param name="capacity">Bytes that are kept while nobody needs them.</param>
public sealed class FramePool(long capacity)
{
    // Sessions of a process have the same frames, or nearly.
    private const int MostLengths = 16;

    private readonly Dictionary<int, Shelf> _shelves = [];
    private long _bytes;

    /// <summary>The one for all sessions.</summary>
    public static FramePool Shared { get; } = new(32 * 1024 * 1024);

    /// <summary>An array of just this length; what is in it is anything.</summary>
    public byte[] Borrow(int length)
    {
        lock (_shelves)
        {
            if (_shelves.TryGetValue(length, out var shelf) && shelf.Spare.TryPop(out var frame))
            {
                _bytes -= length;
                return frame;
            }
        }
        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>
    /// The frame; or, where nothing at all is to be heard in it, the one silence that all share, and the frame is needed no longer. A
    /// muted microphone and the pauses of a recording would otherwise be kept as many times as they last frames.
    /// </summary>
    public byte[] Share(byte[] frame) => frame.AsSpan().ContainsAnyExcept((byte)0) ? frame : Silence(frame.Length);

    /// <summary>The one silence of this length, which nobody writes into.</summary>
    public byte[] Silence(int length)
    {
        lock (_shelves)
        {
            return ShelfOf(length) is { } shelf ? shelf.Silence ??= new byte[length] : new byte[length];
        }
    }

    /// <summary>Nobody holds this any more; of the silence that all share, one less does.</summary>
    public void Return(byte[] frame)
    {
        lock (_shelves)
        {
            if (ShelfOf(frame.Length) is { } shelf) Put(shelf, frame);
        }
    }

    private void Put(Shelf shelf, byte[] frame)
    {
        if (frame == shelf.Silence || _bytes + frame.Length > capacity) return;
        shelf.Spare.Push(frame);
        _bytes += frame.Length;
    }

    // Null: there are too many lengths already.
    private Shelf? ShelfOf(int length)
    {
        if (_shelves.TryGetValue(length, out var shelf)) return shelf;
        return _shelves.Count == MostLengths ? null : _shelves[length] = new Shelf();
    }

    private sealed class Shelf
    {
        public Stack<byte[]> Spare { get; } = new();

        public byte[]? Silence { get; set; }
    }
}
