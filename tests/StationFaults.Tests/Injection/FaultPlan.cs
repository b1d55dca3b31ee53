using System.Collections.Concurrent;
using Akka.Actor;

namespace RealtimeAkka.StationFaults.Tests.Injection;

/// <summary>An injected fault.</summary>
public sealed class FaultException(Statement before) : Exception($"a fault of ours before {before}");

/// <summary>The injected fault of one session, and the statements that the session reaches.</summary>
public sealed class FaultPlan
{
    private static readonly ConcurrentDictionary<string, FaultPlan> ByName = [];
    private static readonly FaultPlan None = new();

    private readonly int[] _hits = new int[Statement.All.Count];
    private volatile Fault? _fault;
    private int _thrown;

    /// <summary>Throws before this statement on its <c>Nth</c> hit (from 1) and the next, <c>Times</c> in all, in one actor.</summary>
    public sealed record Fault(Statement Before, int Nth, int Times = 1);

    /// <summary>Path of the station that failed; null if none has.</summary>
    public string? Failed { get; private set; }

    /// <summary>The plan of an actor: that of the first registered name in its path.</summary>
    public static FaultPlan Of(ActorCell cell) =>
        cell.Self.Path.Elements.Select(name => ByName.GetValueOrDefault(name)).FirstOrDefault(plan => plan is not null) ?? None;

    /// <summary>Registers this plan for the actor with this name and its descendants.</summary>
    public void For(string name) => ByName[name] = this;

    /// <summary>Clears all hits and sets the fault to inject; null for none.</summary>
    public void Arm(Fault? fault)
    {
        Array.Clear(_hits);
        (_fault, Failed, _thrown) = (fault, null, 0);
    }

    /// <summary>Number of hits of a statement.</summary>
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
