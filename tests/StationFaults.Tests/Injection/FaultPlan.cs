using System.Collections.Concurrent;
using Akka.Actor;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>A fault of ours, thrown on purpose.</summary>
public sealed class FaultException(Statement before) : Exception($"a fault of ours before {before}");

/// <summary>Where one session fails, and what it comes by.</summary>
public sealed class FaultPlan
{
    private static readonly ConcurrentDictionary<string, FaultPlan> ByName = [];
    private static readonly FaultPlan None = new();

    private readonly int[] _hits = new int[Statement.All.Count];
    private volatile Fault? _fault;
    private int _thrown;

    /// <summary>Before this statement, the so-manyth time (from 1) that it is reached, and so many times from then on, in the same actor.</summary>
    public sealed record Fault(Statement Before, int Nth, int Times = 1);

    /// <summary>The station that failed; null: none has.</summary>
    public string? Failed { get; private set; }

    /// <summary>The plan for an actor, which is that of the actor with a plan that it stands below.</summary>
    public static FaultPlan Of(ActorCell cell) => cell.Self.Path.Elements.Select(name => ByName.GetValueOrDefault(name)).FirstOrDefault(plan => plan is not null) ?? None;

    /// <summary>Holds for the actor of this name, and all below it.</summary>
    public void For(string name) => ByName[name] = this;

    /// <summary>Begins anew: nothing has been reached, and this will fail; null: nothing will.</summary>
    public void Arm(Fault? fault)
    {
        Array.Clear(_hits);
        (_fault, Failed, _thrown) = (fault, null, 0);
    }

    /// <summary>How often this was reached.</summary>
    public int Hits(Statement statement) => Volatile.Read(ref _hits[statement.Id]);

    internal void Hit(int id, ActorCell cell)
    {
        var hits = Interlocked.Increment(ref _hits[id]);
        if (_fault is not { } fault || fault.Before.Id != id || hits < fault.Nth) return;
        var station = cell.Self.Path.ToStringWithoutAddress();
        if (_thrown == fault.Times || (Failed ?? station) != station) return;
        (Failed, _thrown) = (station, _thrown + 1);
        throw new FaultException(fault.Before);
    }
}
