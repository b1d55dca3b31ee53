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

    private readonly Dictionary<int, Stack<byte[]>> _spare = [];
    private long _bytes;

    /// <summary>The one for all sessions.</summary>
    public static FramePool Shared { get; } = new(32 * 1024 * 1024);

    /// <summary>An array of just this length; what is in it is anything.</summary>
    public byte[] Borrow(int length)
    {
        lock (_spare)
        {
            if (_spare.TryGetValue(length, out var frames) && frames.TryPop(out var frame))
            {
                _bytes -= length;
                return frame;
            }
        }
        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>Nobody holds this any more.</summary>
    public void Return(byte[] frame)
    {
        lock (_spare)
        {
            if (_bytes + frame.Length > capacity) return;
            if (!_spare.TryGetValue(frame.Length, out var frames))
            {
                if (_spare.Count == MostLengths) return;
                _spare[frame.Length] = frames = new Stack<byte[]>();
            }
            frames.Push(frame);
            _bytes += frame.Length;
        }
    }
}
