using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>
/// What a tenant's calls on all nodes amount to, and what they may still do. Every change is a <see cref="TenantEvent"/>: a rule gives the
/// events and the state after them, and <see cref="On(TenantEvent)"/> gives the same state from the events alone.
/// <para>
/// Money is leased to nodes, not to calls: a node may spend up to its grant for all its calls of the tenant. What nodes report are sums that
/// only grow, one for each day, so the order of reports and repetitions do not matter. Grants never exceed the budget together; only what
/// a lost process or one that cannot be reached has not reported may come on top, at most its lease.
/// </para>
/// </summary>
public sealed record Tenant(TenantId Id, TenantLimits Limits)
{
    /// <summary>The first day of the month that counts (UTC).</summary>
    public DateOnly Month { get; init; } = DateOnly.MinValue;

    /// <summary>What is known of each node.</summary>
    public ImmutableSortedDictionary<NodeId, TenantNode> Nodes { get; init; } = ImmutableSortedDictionary<NodeId, TenantNode>.Empty;

    /// <summary>The number of calls on all nodes.</summary>
    public int Calls => Nodes.Values.Sum(node => node.Calls.Count);

    /// <summary>US dollars that nodes may spend and have not reported.</summary>
    public decimal LeasedUsd => Nodes.Values.Sum(node => node.LeasedUsd);

    /// <summary>US dollars of the month.</summary>
    public decimal MonthUsd => Nodes.Values.Sum(node => node.MonthUsd);

    /// <summary>US dollars of one day.</summary>
    public decimal On(DateOnly day) => Nodes.Values.Sum(node => node.Spent.GetValueOrDefault(day));

    /// <summary>The same on this day: in a new month nothing is spent yet, also before the first report of it.</summary>
    public Tenant At(DateOnly today) => On(new TenantEvent.MonthBegan(DaySum.MonthOf(today)));

    /// <summary>A call asks for its place; <c>Refusal</c>: why it gets none.</summary>
    public (Step<Tenant, TenantEvent> Step, CallRefusal? Refusal) Admit(NodeProcess node, SessionId call, DateOnly today)
    {
        var step = Begin(node, today);
        if (Node(step.Next, node).Calls.Contains(call)) return (step, null); // asked again
        if (step.Next.Calls >= Limits.MaxCalls) return (step, CallRefusal.TenantFull);
        step = step.Then(tenant => tenant.Grant(node, today));
        return Limits.HasBudget && Node(step.Next, node).LeasedUsd <= 0 ? (step, CallRefusal.TenantSpent)
            : (step.Then(tenant => tenant.Do(new TenantEvent.Admitted(node, call))), null);
    }

    /// <summary>A node reports; it is granted what it may spend from now on.</summary>
    public Step<Tenant, TenantEvent> Report(NodeProcess node, ImmutableArray<DaySum> spent, ImmutableArray<SessionId> left, DateOnly today)
    {
        var step = Begin(node, today);
        var known = Node(step.Next, node);
        var reported = new TenantEvent.Reported(
            node, [.. spent.Where(sum => sum.Day >= step.Next.Month && sum.Usd > known.Spent.GetValueOrDefault(sum.Day))],
            [.. left.Where(known.Calls.Contains)]);
        if (!reported.Spent.IsEmpty || !reported.Left.IsEmpty) step = step.Then(tenant => tenant.Do(reported));
        return step.Then(tenant => tenant.Grant(node, today));
    }

    /// <summary>Only these processes are left in the cluster.</summary>
    public Step<Tenant, TenantEvent> Keep(IReadOnlySet<string> processes)
    {
        var step = new Step<Tenant, TenantEvent>(this, []);
        foreach (var (id, node) in Nodes)
        {
            if (node.HoldsAny && !processes.Contains(node.Process))
                step = step.Then(tenant => tenant.Do(new TenantEvent.Gone(new NodeProcess(id, node.Process))));
        }
        return step;
    }

    /// <summary>Where the tenant stands for a node; <paramref name="number"/> is that of the report that is answered.</summary>
    public TenantMessages.Standing For(NodeId node, long number, DateOnly today)
    {
        var own = Nodes.GetValueOrDefault(node) ?? TenantNode.None;
        return new(
            Id, number, today, On(today) - own.Spent.GetValueOrDefault(today), MonthUsd - own.MonthUsd,
            Limits.HasBudget ? own.Granted : null);
    }

    /// <summary>The state after an event.</summary>
    public Tenant On(TenantEvent e) => e switch
    {
        TenantEvent.Admitted m => With(m.Node, node => node with { Calls = node.Calls.Add(m.Call) }),
        TenantEvent.Reported m => With(m.Node, node => node with
        {
            Calls = node.Calls.Except(m.Left),
            Spent = m.Spent.Where(sum => sum.Day >= Month).Aggregate(node.Spent, (sums, sum) =>
                sums.SetItem(sum.Day, Math.Max(sum.Usd, sums.GetValueOrDefault(sum.Day)))),
        }),
        TenantEvent.Granted m => With(m.Node, node => node with { Granted = Math.Max(m.Usd, node.Granted) }),
        TenantEvent.Gone m when Nodes.TryGetValue(m.Node.Id, out var node) && node.Process == m.Node.Process =>
            this with { Nodes = Nodes.SetItem(m.Node.Id, node with { Calls = [], Granted = node.MonthUsd }) },
        TenantEvent.MonthBegan m when m.First > Month => this with
        {
            Month = m.First, Nodes = Nodes.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.From(m.First)),
        },
        _ => this,
    };

    private Step<Tenant, TenantEvent> Begin(NodeProcess node, DateOnly today)
    {
        var step = new Step<Tenant, TenantEvent>(this, []);
        var first = DaySum.MonthOf(today);
        if (first > Month) step = step.Then(tenant => tenant.Do(new TenantEvent.MonthBegan(first)));
        // The same directory, started again: its calls died with the process before.
        return Nodes.TryGetValue(node.Id, out var known) && known.Process != node.Process && known.HoldsAny
            ? step.Then(tenant => tenant.Do(new TenantEvent.Gone(new NodeProcess(node.Id, known.Process)))) : step;
    }

    private Step<Tenant, TenantEvent> Grant(NodeProcess node, DateOnly today)
    {
        var own = Node(this, node);
        var free = Math.Max(0, Math.Min(Left(Limits.PerDayUsd, On(today)), Left(Limits.PerMonthUsd, MonthUsd)));
        var granted = own.MonthUsd + Math.Min(Limits.LeaseUsd, own.LeasedUsd + free);
        return Limits.HasBudget && granted > own.Granted ? Do(new TenantEvent.Granted(node, granted)) : new(this, []);
    }

    private decimal Left(decimal? budget, decimal spent) => budget is { } usd ? usd - spent - LeasedUsd : decimal.MaxValue;

    private Step<Tenant, TenantEvent> Do(TenantEvent e) => new(On(e), e);

    private static TenantNode Node(Tenant tenant, NodeProcess node) => tenant.Nodes.GetValueOrDefault(node.Id) ?? TenantNode.None;

    private Tenant With(NodeProcess node, Func<TenantNode, TenantNode> change) =>
        this with { Nodes = Nodes.SetItem(node.Id, change(Node(this, node)) with { Process = node.Process }) };
}

/// <summary>What a tenant knows of one node.</summary>
/// <param name="Process">The process that reported last.</param>
/// <param name="Granted">US dollars that it may spend in the month in all.</param>
/// <param name="Spent">What it has spent on each day of the month, in all.</param>
/// <param name="Calls">Its calls.</param>
public sealed record TenantNode(
    string Process, decimal Granted, ImmutableSortedDictionary<DateOnly, decimal> Spent, ImmutableHashSet<SessionId> Calls)
{
    /// <summary>A node that nothing is known of.</summary>
    public static TenantNode None { get; } = new("", 0, ImmutableSortedDictionary<DateOnly, decimal>.Empty, []);

    /// <summary>US dollars of the month.</summary>
    public decimal MonthUsd => Spent.Values.Sum();

    /// <summary>US dollars that it may still spend.</summary>
    public decimal LeasedUsd => Math.Max(0, Granted - MonthUsd);

    /// <summary>Whether it has a call or a lease, which end with its process.</summary>
    public bool HoldsAny => Calls.Count > 0 || LeasedUsd > 0;

    /// <summary>The same in a month that begins on this day.</summary>
    public TenantNode From(DateOnly first)
    {
        var spent = Spent.Where(sum => sum.Key >= first).ToImmutableSortedDictionary();
        return this with { Spent = spent, Granted = spent.Values.Sum() + LeasedUsd };
    }
}
