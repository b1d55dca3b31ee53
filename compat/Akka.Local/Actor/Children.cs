namespace Akka.Actor.Internal;

/// <summary>Why a cell waits for its children to stop.</summary>
internal abstract record WaitReason
{
    public sealed record Creation : WaitReason;
    public sealed record Recreation(Exception Cause) : WaitReason;
    public sealed record Termination : WaitReason;
}

/// <summary>The children of one cell by name. Locked, since a guardian's children are made from any thread.</summary>
internal sealed class Children
{
    private Dictionary<string, ChildRestartStats?>? _byName;
    private long _lastAutomaticName;
    private int _dying;
    private bool _closed;

    public WaitReason? Waiting { get; private set; }

    public string Reserve(string? name, ActorPath parent)
    {
        lock (this)
        {
            if (_closed || Waiting is WaitReason.Termination)
                throw new InvalidOperationException($"Cannot create child while terminating or terminated: [{parent}]");
            name ??= AutomaticName(_lastAutomaticName++);
            _byName ??= [];
            return _byName.TryAdd(name, null) ? name : throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }
    }

    public void Unreserve(string name)
    {
        lock (this)
            _byName!.Remove(name);
    }

    public void Add(string name, IInternalActorRef child)
    {
        lock (this)
            _byName![name] = new ChildRestartStats(child);
    }

    public IInternalActorRef? Find(string name)
    {
        lock (this)
            return _byName is not null && _byName.TryGetValue(name, out var stats) ? stats?.Child : null;
    }

    /// <summary>The record of exactly this incarnation.</summary>
    public ChildRestartStats? StatsOf(IActorRef child)
    {
        lock (this)
            return _byName is not null && _byName.TryGetValue(child.Path.Name, out var stats) && child.Equals(stats?.Child) ? stats : null;
    }

    public IReadOnlyCollection<IInternalActorRef> All() => AllStats().Select(s => s.Child).ToArray();

    public IReadOnlyCollection<ChildRestartStats> AllStats()
    {
        lock (this)
            return _byName is null ? [] : _byName.Values.OfType<ChildRestartStats>().ToArray();
    }

    public void MarkDying(IActorRef child)
    {
        lock (this)
        {
            if (StatsOf(child) is not { IsDying: false } stats)
                return;
            stats.IsDying = true;
            _dying++;
        }
    }

    /// <summary>True when some child is still dying, so that the cell must wait; otherwise nothing changes but the door.</summary>
    public bool WaitFor(WaitReason reason)
    {
        lock (this)
        {
            if (_dying > 0)
                Waiting = reason;
            _closed |= reason is WaitReason.Termination;
            return _dying > 0;
        }
    }

    /// <summary>Forgets the child; gives the reason for waiting when it was the last one waited for.</summary>
    public (bool WasChild, WaitReason? Finished) Remove(IActorRef child)
    {
        lock (this)
        {
            if (StatsOf(child) is not { } stats)
                return (false, null);
            if (stats.IsDying)
                _dying--;
            _byName!.Remove(child.Path.Name);
            if (_byName.Count == 0)
                _byName = null;
            if (Waiting is null || _dying > 0)
                return (true, null);
            var finished = Waiting;
            Waiting = null;
            return (true, finished);
        }
    }

    // $a, $b ... the same alphabet as Akka: base 64 with the lowest digit first.
    private static string AutomaticName(long n)
    {
        const string digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        var name = "$";
        do
        {
            name += digits[(int)(n & 63)];
            n >>= 6;
        } while (n > 0);
        return name;
    }
}
