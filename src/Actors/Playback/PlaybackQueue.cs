using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Playback;

/// <summary>What comes next out of the queue: a block for the loudspeaker, or the end of a response, all of which was handed over.</summary>
public readonly record struct PlaybackStep(ResponseId Response, ReadOnlyMemory<byte> Block)
{
    /// <summary>There is no block: the response is at its end.</summary>
    public bool IsEnd => Block.IsEmpty;
}

/// <summary>
/// The assistant's voice between the model, which is far faster than real time, and the loudspeaker. Bounded: beyond the
/// limit sound is lost and counted, since not reading the socket would also delay the news that the user speaks.
/// </summary>
/// <param name="capacity">Bytes that may wait.</param>
/// <param name="block">Bytes handed over at once, at most.</param>
/// <param name="isHeard">Somebody hears it; else only its length counts, and silence is handed over.</param>
public sealed class PlaybackQueue(int capacity, int block, bool isHeard = true)
{
    private readonly SoundStore _store = new(keeps: isHeard);
    private readonly Dictionary<ResponseId, Progress> _progress = [];
    private readonly Queue<Segment> _segments = new();
    private int _done; // bytes of the first segment that were handed over
    private long _end; // where the next sound will stand in the store
    private int _waiting;

    /// <summary>Bytes that wait.</summary>
    public int Waiting => _waiting;

    /// <summary>Bytes lost because the queue was full, in all.</summary>
    public long Lost { get; private set; }

    /// <summary>Adds a copy of this sound of a response; false where it is lost.</summary>
    public bool Add(ResponseId response, ItemId item, ReadOnlySpan<byte> sound)
    {
        // What was dropped takes its place in the store until it is its turn.
        if (_waiting + sound.Length > capacity || _end + sound.Length - _store.First > 2L * capacity)
        {
            Lost += sound.Length;
            return false;
        }
        if (sound.IsEmpty) return true;
        _store.Add(_end, sound);
        _segments.Enqueue(new Segment(response, item, _end, sound.Length));
        _end += sound.Length;
        _waiting += sound.Length;
        return true;
    }

    /// <summary>No more sound of this response will be added.</summary>
    public void Finish(ResponseId response) => _segments.Enqueue(new Segment(response, null, _end, 0));

    /// <summary>The next block or end; null while nothing waits. The block before it is void with that.</summary>
    public PlaybackStep? Next()
    {
        while (_segments.TryPeek(out var done) && done.Item is not null && _done == done.Length) Leave();
        _store.DropBefore(_segments.TryPeek(out var first) ? first.Start + _done : _end);
        if (first.Length == 0) return Ended();

        var (response, item) = (first.Response, first.Item!.Value);
        var sound = _store.Peek(Math.Min(block, first.Length - _done));
        _done += sound.Length;
        _waiting -= sound.Length;

        // What was heard is asked for per item: a truncation names the item and its own milliseconds.
        var known = _progress.GetValueOrDefault(response);
        _progress[response] = known.Item == item ? known with { Bytes = known.Bytes + sound.Length } : new Progress(item, sound.Length, known.Before + known.Bytes);
        return new PlaybackStep(response, sound);
    }

    /// <summary>Drops what waits of a response; its bytes are given back when those before them were heard.</summary>
    public void Drop(ResponseId response)
    {
        if (_segments.TryPeek(out var first) && first.Response == response) _done = 0;
        _waiting = -_done;
        for (var left = _segments.Count; left > 0; left--)
        {
            if (_segments.Dequeue() is var segment && segment.Response == response) continue;
            _segments.Enqueue(segment);
            _waiting += segment.Length;
        }
    }

    private PlaybackStep? Ended()
    {
        if (!_segments.TryPeek(out var end)) return null;
        Leave();
        return new PlaybackStep(end.Response, default);
    }

    private void Leave()
    {
        _segments.Dequeue();
        _done = 0;
    }

    /// <summary>
    /// Forgets a response and tells which item of it came last and how many bytes of that item were heard:
    /// those handed over but for the last <paramref name="unheard"/>; and how many of the whole response.
    /// </summary>
    public (ItemId? Item, long Bytes, long InAll) Close(ResponseId response, long unheard) => _progress.Remove(response, out var progress)
        ? (progress.Item, Math.Max(0, progress.Bytes - unheard), Math.Max(0, progress.Before + progress.Bytes - unheard))
        : (null, 0, 0);

    // Without an item: the response's end.
    private readonly record struct Segment(ResponseId Response, ItemId? Item, long Start, int Length);

    // Before: bytes of the items that came before this one.
    private readonly record struct Progress(ItemId Item, long Bytes, long Before);
}
