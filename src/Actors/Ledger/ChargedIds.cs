namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// Ids that were charged. They stay charged across connections: the service never uses an id twice, so one that comes again is
/// a repetition. Bounded, the oldest forgotten first; nothing is repeated after so many others.
/// </summary>
public sealed class ChargedIds<T>(int capacity = 65_536) where T : notnull
{
    private readonly HashSet<T> _known = [];
    private readonly Queue<T> _order = new();

    /// <summary>True the first time.</summary>
    public bool Add(T id)
    {
        if (!_known.Add(id)) return false;
        _order.Enqueue(id);
        if (_order.Count > capacity) _known.Remove(_order.Dequeue());
        return true;
    }
}
