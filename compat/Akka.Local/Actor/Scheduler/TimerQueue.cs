using System.Diagnostics;

namespace Akka.Actor;

/// <summary>
/// Work by the time it is due: a binary heap and one thread that sleeps until the first. Adding and removing are a few
/// steps in a tree, so tens of thousands of timers cost little, and a cancelled one leaves at once. Work ends on the next
/// tick, as it does on Akka.NET's wheel: what is due within one tick costs one waking.
/// </summary>
internal sealed class TimerQueue(string name, TimeSpan tick) : IDisposable
{
    private readonly long _tick = Math.Max(1, Ticks(tick));
    private readonly object _gate = new();
    private readonly List<TimerEntry> _heap = [];
    private Thread? _thread;
    private bool _closed;

    public static long Now => Stopwatch.GetTimestamp();

    public void Add(TimerEntry entry, TimeSpan delay)
    {
        lock (_gate)
        {
            if (_closed || entry.IsCancelled)
                return;
            entry.Queue = this;
            entry.Due = OnTick(Now + Ticks(delay));
            Push(entry);
            if (entry.Index == 0)
                Monitor.Pulse(_gate);
            if (_thread is null)
                (_thread = new Thread(Run) { Name = name, IsBackground = true }).Start();
        }
    }

    public void Remove(TimerEntry entry)
    {
        lock (_gate)
            if (entry.Index >= 0)
                RemoveAt(entry.Index);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _heap.Clear();
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (TakeDue() is { } entry)
        {
            entry.Fire();
            lock (_gate)
            {
                if (entry.Interval is not { } interval || _closed || entry.IsCancelled)
                    continue;
                // Keeps the beat, but does not run after beats that were missed.
                entry.Due = OnTick(Math.Max(entry.Due + Ticks(interval), Now));
                Push(entry);
            }
        }
    }

    /// <summary>Waits for the next entry that is due; null when the queue is closed.</summary>
    private TimerEntry? TakeDue()
    {
        lock (_gate)
        {
            while (!_closed)
            {
                if (_heap.Count == 0)
                {
                    Monitor.Wait(_gate);
                    continue;
                }
                var wait = _heap[0].Due - Now;
                if (wait <= 0)
                {
                    var due = _heap[0];
                    RemoveAt(0);
                    return due;
                }
                Monitor.Wait(_gate, (int)Math.Min(int.MaxValue, wait * 1000 / Stopwatch.Frequency + 1));
            }
            return null;
        }
    }

    private void Push(TimerEntry entry)
    {
        _heap.Add(entry);
        Up(_heap.Count - 1, entry);
    }

    private void RemoveAt(int index)
    {
        _heap[index].Index = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (index == _heap.Count)
            return;
        Down(index, last);
        if (last.Index == index)
            Up(index, last);
    }

    private void Up(int index, TimerEntry entry)
    {
        for (; index > 0 && _heap[(index - 1) / 2].Due > entry.Due; index = (index - 1) / 2)
            Put(index, _heap[(index - 1) / 2]);
        Put(index, entry);
    }

    private void Down(int index, TimerEntry entry)
    {
        for (var child = 2 * index + 1; child < _heap.Count; child = 2 * index + 1)
        {
            if (child + 1 < _heap.Count && _heap[child + 1].Due < _heap[child].Due)
                child++;
            if (_heap[child].Due >= entry.Due)
                break;
            Put(index, _heap[child]);
            index = child;
        }
        Put(index, entry);
    }

    private void Put(int index, TimerEntry entry)
    {
        _heap[index] = entry;
        entry.Index = index;
    }

    private long OnTick(long due) => (due + _tick - 1) / _tick * _tick;

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}

/// <summary>One thing to do at one time, or at intervals.</summary>
internal abstract class TimerEntry(TimeSpan? interval)
{
    public TimeSpan? Interval { get; } = interval;
    public long Due { get; set; }
    public int Index { get; set; } = -1;
    public TimerQueue? Queue { get; set; }
    public bool IsCancelled { get; private set; }

    public abstract void Fire();

    public void Cancel()
    {
        IsCancelled = true;
        Queue?.Remove(this);
    }
}
