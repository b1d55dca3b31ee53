using System.Collections.Immutable;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// The next step of the queue: a block for the loudspeaker, the end of a response that was handed over completely, or with
/// <c>IsPause</c> a place where the response may end or continue later.
/// </summary>
public readonly record struct PlaybackStep(ResponseId Response, ReadOnlyMemory<byte> Block, bool IsPause = false)
{
    /// <summary>There is no block: the response is at its end.</summary>
    public bool IsEnd => Block.IsEmpty && !IsPause;
}

/// <summary>
/// What was handed over of a response, in bytes: <c>Bytes</c> of its last item <c>Item</c> (null: none), <c>Dropped</c> of that item
/// beside them, and <c>InAll</c> of all its items.
/// </summary>
public readonly record struct PlaybackProgress(ItemId? Item, long Bytes, long Dropped, long InAll);

/// <summary>
/// Queues the assistant's voice between the model, which is far faster than real time, and the loudspeaker. Bounded: beyond the limit
/// audio is lost and counted, since backpressure on the socket would also delay the event that the user speaks. All changes since
/// the last <see cref="Checkpoint"/> can be undone.
/// </summary>
/// <param name="capacity">Maximum bytes waiting.</param>
/// <param name="block">Maximum bytes of a block.</param>
/// <param name="isHeard">False: only the length of audio counts, and the bytes of blocks are zero.</param>
public sealed class PlaybackQueue(int capacity, int block, bool isHeard = true)
{
    private readonly AudioBlockStore _store = new(keeps: isHeard);
    private readonly RollbackQueue<Segment> _segments = new();
    private State _state = new() { Others = ImmutableDictionary<ResponseId, Progress>.Empty },
        _checkpoint = new() { Others = ImmutableDictionary<ResponseId, Progress>.Empty };

    /// <summary>Bytes waiting.</summary>
    public int Waiting => _state.Waiting;

    /// <summary>Bytes lost because the queue was full, in total.</summary>
    public long Lost => _state.Lost;

    /// <summary>Adds a copy of a response's audio; false if it is lost.</summary>
    public bool Add(ResponseId response, ItemId item, ReadOnlySpan<byte> sound)
    {
        // Dropped audio occupies the store until its position is reached.
        if (_state.Waiting + sound.Length > capacity || _state.End + sound.Length - _store.First > 2L * capacity)
        {
            Lose(sound.Length);
            return false;
        }
        if (sound.IsEmpty) return true;
        _store.Add(_state.End, sound);
        _segments.Enqueue(new Segment(response, item, _state.End, sound.Length));
        _state.End += sound.Length;
        _state.Waiting += sound.Length;
        return true;
    }

    /// <summary>Counts bytes that were lost before they could be added.</summary>
    public void Lose(int bytes) => _state.Lost += bytes;

    /// <summary>No more audio of this response will be added.</summary>
    public void Finish(ResponseId response) => _segments.Enqueue(new Segment(response, null, _state.End, 0));

    /// <summary>What was added of this response is complete; more may follow.</summary>
    public void Pause(ResponseId response) => _segments.Enqueue(new Segment(response, null, _state.End, 0, IsPause: true));

    /// <summary>The next block or end; null if nothing waits. Invalidates the previous block.</summary>
    public PlaybackStep? Next()
    {
        while (_segments.Count > 0 && _segments[0] is { Item: not null } done && _state.Done == done.Length) Leave();
        if (_segments.Count == 0)
        {
            _store.DropBefore(_state.End);
            return null;
        }
        var first = _segments[0];
        _store.DropBefore(first.Start + _state.Done);
        if (first.Item is not { } item)
        {
            Leave();
            return new PlaybackStep(first.Response, default, first.IsPause);
        }
        var sound = _store.Peek(Math.Min(block, first.Length - _state.Done));
        _state.Done += sound.Length;
        _state.Waiting -= sound.Length;

        // What was heard is counted per item: a truncation names an item and the ms of it.
        var known = Turn(first.Response);
        _state.Progress = known.Item == item ? known with { Bytes = known.Bytes + sound.Length }
            : new Progress(item, sound.Length, known.Before + known.Bytes, 0);
        return new PlaybackStep(first.Response, sound);
    }

    /// <summary>Drops the waiting audio of a response; its bytes are released once those before them were heard.</summary>
    public void Drop(ResponseId response)
    {
        var dropped = 0L;
        if (_segments.Count > 0 && _segments[0].Response == response) (dropped, _state.Done) = (-_state.Done, 0);
        var progress = Turn(response);
        _state.Waiting = -_state.Done;
        for (var left = _segments.Count; left > 0; left--)
        {
            if (_segments.Dequeue() is var segment && segment.Response == response)
            {
                if (segment.Item == progress.Item) dropped += segment.Length;
                continue;
            }
            _segments.Enqueue(segment);
            _state.Waiting += segment.Length;
        }
        _state.Progress = progress with { Dropped = Math.Max(0, dropped) };
    }

    /// <summary>The last bytes that were handed over of a response were not taken: they count as dropped.</summary>
    public void NotHeard(ResponseId response, int bytes)
    {
        var progress = Turn(response);
        _state.Progress = progress with { Bytes = Math.Max(0, progress.Bytes - bytes), Dropped = progress.Dropped + bytes };
    }

    /// <summary>Forgets a response. The last <paramref name="unheard"/> bytes that were handed over count as dropped.</summary>
    public PlaybackProgress Close(ResponseId response, long unheard)
    {
        var progress = Turn(response);
        (_state.Playing, _state.Progress) = (null, default);
        var heard = Math.Max(0, progress.Bytes - unheard);
        return new(
            progress.Item, heard, progress.Dropped + progress.Bytes - heard, Math.Max(0, progress.Before + progress.Bytes - unheard));
    }

    /// <summary>Makes all changes final.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _store.Checkpoint();
        _segments.Checkpoint();
    }

    /// <summary>Undoes all changes since <see cref="Checkpoint"/>.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        _store.Rollback();
        _segments.Rollback();
    }

    private void Leave()
    {
        _segments.Dequeue();
        _state.Done = 0;
    }

    // The progress of a response, which becomes the playing one. The playing one changes with every block and is therefore kept outside
    // the dictionary; the others are seldom needed.
    private Progress Turn(ResponseId response)
    {
        if (_state.Playing == response) return _state.Progress;
        if (_state.Playing is { } other) _state.Others = _state.Others.SetItem(other, _state.Progress);
        (_state.Playing, _state.Progress) = (response, _state.Others.GetValueOrDefault(response));
        _state.Others = _state.Others.Remove(response);
        return _state.Progress;
    }

    // Without an item: the end of the response, or a pause.
    private readonly record struct Segment(ResponseId Response, ItemId? Item, long Start, int Length, bool IsPause = false);

    // Before: bytes of the items that came before this one. Without an item: nothing of the response was handed over yet.
    private readonly record struct Progress(ItemId? Item, long Bytes, long Before, long Dropped);

    private record struct State
    {
        public int Done; // bytes of the first segment that were handed over
        public long End; // position of the next audio in the store
        public int Waiting;
        public long Lost;
        public ResponseId? Playing;
        public Progress Progress; // of the playing response
        public ImmutableDictionary<ResponseId, Progress> Others;
    }
}
