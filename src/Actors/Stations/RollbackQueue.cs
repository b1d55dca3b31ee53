namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// A queue in one array, of which everything since the last <see cref="Checkpoint"/> can be undone: its state is two numbers, and no slot
/// in use at the checkpoint is overwritten.
/// </summary>
/// <param name="gone">Called with each removed item once a checkpoint makes the removal final.</param>
public sealed class RollbackQueue<T>(Action<T>? gone = null)
{
    private const int Min = 16;

    private T[] _items = [];
    private (long First, long End) _state, _checkpoint;
    private long _cleared; // items before it are cleared

    /// <summary>Number of items.</summary>
    public int Count => (int)(_state.End - _state.First);

    /// <summary>An item; 0 is the oldest. A change made through the reference is not undone.</summary>
    public ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            return ref _items[PlaceOf(_state.First + index)];
        }
    }

    /// <summary>Adds an item as the newest.</summary>
    public void Enqueue(T item)
    {
        if (_state.End - _cleared == _items.Length) Grow();
        _items[PlaceOf(_state.End)] = item;
        _state.End++;
    }

    /// <summary>Removes the oldest item.</summary>
    public T Dequeue()
    {
        var item = this[0];
        _state.First++;
        return item;
    }

    /// <summary>Makes all changes final.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        while (_cleared < _checkpoint.First) Clear(PlaceOf(_cleared++));
    }

    /// <summary>Undoes all changes since <see cref="Checkpoint"/>.</summary>
    public void Rollback() => _state = _checkpoint;

    private void Clear(int place)
    {
        var item = _items[place];
        _items[place] = default!;
        gone?.Invoke(item);
    }

    private void Grow()
    {
        var items = new T[Math.Max(Min, 2 * _items.Length)];
        for (var at = _cleared; at < _state.End; at++) items[at % items.Length] = _items[PlaceOf(at)];
        _items = items;
    }

    private int PlaceOf(long at) => (int)(at % _items.Length);
}
