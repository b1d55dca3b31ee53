using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// First in, first out, without limit, for any threads. A mailbox is nearly always empty: a ring that begins anew each time it is
/// empty uses the same few slots for ever, and few are what each collection looks at, and what a thousand idle actors hold.
/// </summary>
internal sealed class EnvelopeRing
{
    private const int Few = 4;
    private const int Many = 64; // more than these are given back when they are not needed any more

    private readonly object _gate = new();
    private Envelope[] _slots = [];
    private int _first;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Enqueue(in Envelope envelope)
    {
        lock (_gate)
        {
            if (_count == _slots.Length)
                Grow();
            _slots[(_first + _count) & (_slots.Length - 1)] = envelope;
            Volatile.Write(ref _count, _count + 1);
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        if (Volatile.Read(ref _count) == 0)
            return false;
        lock (_gate)
        {
            if (_count == 0)
                return false;
            envelope = _slots[_first];
            _slots[_first] = default;
            Volatile.Write(ref _count, _count - 1);
            _first = _count == 0 ? 0 : (_first + 1) & (_slots.Length - 1);
            if (_count == 0 && _slots.Length > Many)
                _slots = [];
            return true;
        }
    }

    // A power of two, always.
    private void Grow()
    {
        var larger = new Envelope[Math.Max(Few, 2 * _slots.Length)];
        for (var i = 0; i < _count; i++)
            larger[i] = _slots[(_first + i) & (_slots.Length - 1)];
        (_slots, _first) = (larger, 0);
    }
}
