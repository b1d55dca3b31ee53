namespace RealtimeAkka.Actors;

/// <summary>
/// A queue in one array, of which everything since the last <see cref="Checkpoint"/> can be undone: its state is two numbers, and no place
/// that was kept is written over.
/// </summary>
/// <param name="gone">Gets what was taken, when that is kept.</param>
public sealed class RollbackQueue<T>(Action<T>? gone = null)
{
    private const int Least = 16;

    private T[] _items = [];
    private (long First, long End) _state, _checkpoint;
    private long _cleared; // what stood before it is gone

    /// <summary>How many wait.</summary>
    public int Count => (int)(_state.End - _state.First);

    /// <summary>One that waits, from the oldest on. It can be changed in its place, which is not undone.</summary>
    public ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            return ref _items[PlaceOf(_state.First + index)];
        }
    }

    /// <summary>Adds the newest.</summary>
    public void Enqueue(T item)
    {
        if (_state.End - _cleared == _items.Length) Grow();
        _items[PlaceOf(_state.End)] = item;
        _state.End++;
    }

    /// <summary>Takes the oldest.</summary>
    public T Dequeue()
    {
        var item = this[0];
        _state.First++;
        return item;
    }

    /// <summary>What was added and taken holds.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        while (_cleared < _checkpoint.First) Clear(PlaceOf(_cleared++));
    }

    /// <summary>What was added and taken since <see cref="Checkpoint"/> was not.</summary>
    public void Rollback() => _state = _checkpoint;

    private void Clear(int place)
    {
        var item = _items[place];
        _items[place] = default!;
        gone?.Invoke(item);
    }

    private void Grow()
    {
        var items = new T[Math.Max(Least, 2 * _items.Length)];
        for (var at = _cleared; at < _state.End; at++) items[at % items.Length] = _items[PlaceOf(at)];
        _items = items;
    }

    private int PlaceOf(long at) => (int)(at % _items.Length);
}
