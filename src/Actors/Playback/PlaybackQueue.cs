using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Playback;

/// <summary>What comes next out of the queue.</summary>
public abstract record PlaybackStep
{
    private PlaybackStep() { }

    /// <summary>Hand this to the loudspeaker.</summary>
    public sealed record Sound(ResponseId Response, ReadOnlyMemory<byte> Block) : PlaybackStep;

    /// <summary>Everything of this response was handed over.</summary>
    public sealed record End(ResponseId Response) : PlaybackStep;
}

/// <summary>
/// The assistant's voice between the model, which is far faster than real time, and the loudspeaker. Bounded: beyond the
/// limit sound is lost and counted, since not reading the socket would also delay the news that the user speaks.
/// </summary>
/// <param name="capacity">Bytes that may wait.</param>
/// <param name="block">Bytes handed over at once, at most.</param>
public sealed class PlaybackQueue(int capacity, int block)
{
    private readonly LinkedList<Segment> _segments = new();
    private readonly Dictionary<ResponseId, Progress> _progress = [];
    private int _waiting;

    /// <summary>Bytes that wait.</summary>
    public int Waiting => _waiting;

    /// <summary>Bytes lost because the queue was full, in all.</summary>
    public long Lost { get; private set; }

    /// <summary>Adds sound of a response; false where it is lost.</summary>
    public bool Add(ResponseId response, ItemId item, ReadOnlyMemory<byte> sound)
    {
        if (_waiting + sound.Length > capacity)
        {
            Lost += sound.Length;
            return false;
        }
        _segments.AddLast(new Segment(response, item, sound));
        _waiting += sound.Length;
        return true;
    }

    /// <summary>No more sound of this response will be added.</summary>
    public void Finish(ResponseId response) => _segments.AddLast(new Segment(response, null, default));

    /// <summary>The next block or end; null while nothing waits.</summary>
    public PlaybackStep? Next()
    {
        if (_segments.First?.Value is not { } first) return null;
        if (first.Item is not { } item)
        {
            _segments.RemoveFirst();
            return new PlaybackStep.End(first.Response);
        }

        var length = Math.Min(block, first.Sound.Length);
        _waiting -= length;
        _segments.RemoveFirst();
        if (length < first.Sound.Length) _segments.AddFirst(first with { Sound = first.Sound[length..] });

        // What was heard is asked for per item: a truncation names the item and its own milliseconds.
        var known = _progress.GetValueOrDefault(first.Response);
        _progress[first.Response] = known?.Item == item ? known with { Bytes = known.Bytes + length } : new Progress(item, length, (known?.Before ?? 0) + (known?.Bytes ?? 0));
        return new PlaybackStep.Sound(first.Response, first.Sound[..length]);
    }

    /// <summary>Drops what waits of a response.</summary>
    public void Drop(ResponseId response)
    {
        for (var node = _segments.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Response == response)
            {
                _waiting -= node.Value.Sound.Length;
                _segments.Remove(node);
            }
            node = next;
        }
    }

    /// <summary>
    /// Forgets a response and tells which item of it came last and how many bytes of that item were heard:
    /// those handed over but for the last <paramref name="unheard"/>; and how many of the whole response.
    /// </summary>
    public (ItemId? Item, long Bytes, long InAll) Close(ResponseId response, long unheard) => _progress.Remove(response, out var progress)
        ? (progress.Item, Math.Max(0, progress.Bytes - unheard), Math.Max(0, progress.Before + progress.Bytes - unheard))
        : (null, 0, 0);

    private sealed record Segment(ResponseId Response, ItemId? Item, ReadOnlyMemory<byte> Sound);

    // Before: bytes of the items that came before this one.
    private sealed record Progress(ItemId Item, long Bytes, long Before);
}
