using System.Collections.Immutable;
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
/// limit sound is lost and counted, since not reading the socket would also delay the news that the user speaks. What was done
/// since the last <see cref="Checkpoint"/> can be undone.
/// </summary>
/// <param name="capacity">Bytes that may wait.</param>
/// <param name="block">Bytes handed over at once, at most.</param>
/// <param name="isHeard">Somebody hears it; else only its length counts, and silence is handed over.</param>
public sealed class PlaybackQueue(int capacity, int block, bool isHeard = true)
{
    private readonly SoundStore _store = new(keeps: isHeard);
    private readonly RollbackQueue<Segment> _segments = new();
    private State _state = new() { Others = ImmutableDictionary<ResponseId, Progress>.Empty }, _checkpoint = new() { Others = ImmutableDictionary<ResponseId, Progress>.Empty };

    /// <summary>Bytes that wait.</summary>
    public int Waiting => _state.Waiting;

    /// <summary>Bytes lost because the queue was full, in all.</summary>
    public long Lost => _state.Lost;

    /// <summary>Adds a copy of this sound of a response; false where it is lost.</summary>
    public bool Add(ResponseId response, ItemId item, ReadOnlySpan<byte> sound)
    {
        // What was dropped takes its place in the store until it is its turn.
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

    /// <summary>So much sound never comes to be added.</summary>
    public void Lose(int bytes) => _state.Lost += bytes;

    /// <summary>No more sound of this response will be added.</summary>
    public void Finish(ResponseId response) => _segments.Enqueue(new Segment(response, null, _state.End, 0));

    /// <summary>The next block or end; null while nothing waits. The block before it is void with that.</summary>
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
            return new PlaybackStep(first.Response, default);
        }
        var sound = _store.Peek(Math.Min(block, first.Length - _state.Done));
        _state.Done += sound.Length;
        _state.Waiting -= sound.Length;

        // What was heard is asked for per item: a truncation names the item and its own milliseconds.
        var known = Turn(first.Response);
        _state.Progress = known.Item == item ? known with { Bytes = known.Bytes + sound.Length } : new Progress(item, sound.Length, known.Before + known.Bytes);
        return new PlaybackStep(first.Response, sound);
    }

    /// <summary>Drops what waits of a response; its bytes are given back when those before them were heard.</summary>
    public void Drop(ResponseId response)
    {
        if (_segments.Count > 0 && _segments[0].Response == response) _state.Done = 0;
        _state.Waiting = -_state.Done;
        for (var left = _segments.Count; left > 0; left--)
        {
            if (_segments.Dequeue() is var segment && segment.Response == response) continue;
            _segments.Enqueue(segment);
            _state.Waiting += segment.Length;
        }
    }

    /// <summary>
    /// Forgets a response and tells which item of it came last and how many bytes of that item were heard:
    /// those handed over but for the last <paramref name="unheard"/>; and how many of the whole response.
    /// </summary>
    public (ItemId? Item, long Bytes, long InAll) Close(ResponseId response, long unheard)
    {
        var progress = Turn(response);
        (_state.Playing, _state.Progress) = (null, default);
        return (progress.Item, Math.Max(0, progress.Bytes - unheard), Math.Max(0, progress.Before + progress.Bytes - unheard));
    }

    /// <summary>What was done holds.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _store.Checkpoint();
        _segments.Checkpoint();
    }

    /// <summary>What was done since <see cref="Checkpoint"/> was not.</summary>
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

    // How far this response is, which is the one that plays from now on. That of the others is seldom needed, and that of this one
    // changes with every block.
    private Progress Turn(ResponseId response)
    {
        if (_state.Playing == response) return _state.Progress;
        if (_state.Playing is { } other) _state.Others = _state.Others.SetItem(other, _state.Progress);
        (_state.Playing, _state.Progress) = (response, _state.Others.GetValueOrDefault(response));
        _state.Others = _state.Others.Remove(response);
        return _state.Progress;
    }

    // Without an item: the response's end.
    private readonly record struct Segment(ResponseId Response, ItemId? Item, long Start, int Length);

    // Before: bytes of the items that came before this one. Without an item: nothing of the response was handed over yet.
    private readonly record struct Progress(ItemId? Item, long Bytes, long Before);

    private record struct State
    {
        public int Done; // bytes of the first segment that were handed over
        public long End; // where the next sound will stand in the store
        public int Waiting;
        public long Lost;
        public ResponseId? Playing;
        public Progress Progress; // of that
        public ImmutableDictionary<ResponseId, Progress> Others;
    }
}
