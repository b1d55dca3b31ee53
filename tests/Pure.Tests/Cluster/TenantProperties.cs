using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RealtimeAkka.Cluster.Tenants;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Cluster;

/// <summary>Random histories of a tenant with three nodes: messages are lost, come twice and late, processes die.</summary>
public class TenantProperties
{
    private static readonly DateOnly First = new(2026, 11, 29); // so that histories cross a month

    private enum Kind { Enter, Spend, Send, Deliver, Repeat, Answer, Kill, Leave, Day }

    // What happens, to which node, how much: US cents or the place in a queue.
    // Processes die seldom, so that much is spent in many histories without the lease of a lost one to excuse it.
    private static readonly Gen<Kind> Kinds = Gen.Frequency(
        (100, Gen.Elements(Enum.GetValues<Kind>().Where(kind => kind != Kind.Kill))), (1, Gen.Constant(Kind.Kill)));

    private static readonly Gen<(Kind What, int Node, int Much)[]> Histories =
        (from what in Kinds from node in Gen.Choose(0, 2) from much in Gen.Choose(0, 40)
         select (what, node, much)).ArrayOf().Resize(120);

    [Fact]
    public void No_more_is_spent_than_the_budget_and_the_leases_of_lost_processes() =>
        Check(world => Assert.True(
            world.Tenant.Limits.PerMonthUsd is { } budget && world.SpentInMonth <= budget + world.LostUsd,
            $"{world.SpentInMonth} of {world.Tenant.Limits.PerMonthUsd} and {world.LostUsd}"));

    [Fact]
    public void When_everything_has_arrived_the_sums_are_those_of_the_journals() => Check(world =>
    {
        world.Settle();
        Assert.Equal(world.SpentInMonth, world.Tenant.At(world.Today).MonthUsd);
        Assert.Equal(world.OpenCalls, world.Tenant.Calls);
    });

    [Fact]
    public void The_events_alone_give_the_same_tenant_and_so_does_a_snapshot_with_the_rest() => Check(world =>
    {
        var start = TenantTests.Of(perMonth: world.Tenant.Limits.PerMonthUsd) with { Limits = world.Tenant.Limits };
        Assert.Equal(Text(world.Tenant), Text(world.Events.Aggregate(start, (tenant, e) => tenant.On(e))));
        var half = world.Events.Take(world.Events.Count / 2).Aggregate(start, (tenant, e) => tenant.On(e));
        var restored = TenantSnapshot.Of(half).Restore(start.Id, start.Limits);
        Assert.Equal(
            Text(world.Tenant), Text(world.Events.Skip(world.Events.Count / 2).Aggregate(restored, (tenant, e) => tenant.On(e))));
    });

    [Fact]
    public void The_order_of_sums_and_repetitions_do_not_matter() => Prop.ForAll(
        (from node in Gen.Choose(0, 2) from day in Gen.Choose(0, 3) from cents in Gen.Choose(0, 40) select (node, day, cents))
            .ArrayOf().ToArbitrary(),
        Gen.Choose(0, 1000).ToArbitrary(),
        (sums, seed) =>
        {
            TenantEvent[] events = [.. sums.Select(sum => new TenantEvent.Reported(
                TenantTests.Node("abc"[sum.node]), [new DaySum(First.AddDays(sum.day), sum.cents / 100m)], []))];
            TenantEvent[] mixed = [.. events, .. events];
            new Random(seed).Shuffle(mixed);
            return Text(events.Aggregate(TenantTests.Of(), (tenant, e) => tenant.On(e)))
                == Text(mixed.Aggregate(TenantTests.Of(), (tenant, e) => tenant.On(e)));
        }).QuickCheckThrowOnFailure();

    private static void Check(Action<World> promise) => Prop.ForAll(Histories.ToArbitrary(), history =>
    {
        var world = new World(TenantTests.Of(perMonth: 1.5m, lease: 0.5m));
        foreach (var (what, node, much) in history) world.Do(what, node, much);
        promise(world);
    }).QuickCheckThrowOnFailure();

    private static string Text(Tenant tenant) => JsonSerializer.Serialize(new
    {
        tenant.Month, Nodes = tenant.Nodes.Select(node => new
        {
            node.Key, node.Value.Process, node.Value.Granted, node.Value.Spent, Calls = node.Value.Calls.Select(call => call.Value).Order(),
        }),
    });

    private sealed class World(Tenant tenant)
    {
        private readonly NodeProcess[] _nodes = [TenantTests.Node('a'), TenantTests.Node('b'), TenantTests.Node('c')];
        private readonly Allowance[] _allowances = [.. Enumerable.Repeat(new Allowance(tenant.Id, tenant.Limits, [1m]), 3)];
        private readonly List<TenantMessages.Report> _sent = [];
        private readonly List<(int Node, TenantMessages.Standing Standing)> _answers = [];
        private TimeSpan _now;
        private int _calls;

        public Tenant Tenant { get; private set; } = tenant;

        public DateOnly Today { get; private set; } = First;

        public List<TenantEvent> Events { get; } = [];

        public decimal LostUsd { get; private set; }

        public decimal SpentInMonth => _allowances.Sum(allowance =>
            allowance.Spent.Where(sum => sum.Key.Month == Today.Month).Sum(sum => sum.Value));

        public int OpenCalls => _allowances.Sum(allowance => allowance.Calls.Count);

        public void Do(Kind what, int node, int much)
        {
            _now += TimeSpan.FromSeconds(1);
            switch (what)
            {
                case Kind.Enter:
                    Enter(node);
                    break;
                case Kind.Spend when _allowances[node].Calls.Keys.Order(ById).FirstOrDefault() is { Value: not null } call:
                    // As a call does that ends when its allowance is spent.
                    var usd = Math.Min(much / 100m, Math.Max(0, _allowances[node].LeftUsd));
                    var total = _allowances[node].Calls[call] + usd;
                    _allowances[node] = _allowances[node].Charge(call, total, Today).Next;
                    break;
                case Kind.Leave when _allowances[node].Calls.Keys.Order(ById).FirstOrDefault() is { Value: not null } over:
                    _allowances[node] = _allowances[node].Leave(over);
                    break;
                case Kind.Send:
                    (_allowances[node], var report) = _allowances[node].Send(_nodes[node], _now);
                    if (report is not null) _sent.Add(report);
                    break;
                case Kind.Deliver or Kind.Repeat when _sent.Count > 0:
                    var arrived = _sent[much % _sent.Count];
                    if (what == Kind.Deliver) _sent.Remove(arrived);
                    Deliver(arrived);
                    break;
                case Kind.Answer when _answers.Count > 0:
                    var (to, standing) = _answers[much % _answers.Count];
                    _answers.RemoveAt(much % _answers.Count);
                    _allowances[to] = _allowances[to].On(standing);
                    break;
                case Kind.Kill:
                    Kill(node);
                    break;
                case Kind.Day when much == 0:
                    Today = Today.AddDays(1);
                    break;
            }
        }

        // Every report arrives and is answered, however often that takes.
        public void Settle()
        {
            _sent.Clear();
            for (var round = 0; round < 3; round++)
            {
                for (var node = 0; node < 3; node++)
                {
                    _now += TimeSpan.FromSeconds(5);
                    (_allowances[node], var report) = _allowances[node].Send(_nodes[node], _now);
                    if (report is null) continue;
                    Deliver(report);
                    _allowances[node] = _allowances[node].On(_answers[^1].Standing);
                }
            }
        }

        private static Comparer<SessionId> ById { get; } = Comparer<SessionId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value));

        private void Enter(int node)
        {
            var call = new SessionId($"{++_calls}");
            var (step, refusal) = Tenant.Admit(_nodes[node], call, Today);
            Take(step.Next, step.Decisions);
            _allowances[node] = _allowances[node].On(Tenant.For(_nodes[node].Id, 0, Today));
            if (refusal is null) _allowances[node] = _allowances[node].Enter(call);
        }

        // A process dies, and its directory starts again at once or is found by the tenant to be gone.
        private void Kill(int node)
        {
            LostUsd += Tenant.Limits.LeaseUsd;
            var sums = _allowances[node].Spent;
            _nodes[node] = _nodes[node] with { Process = $"{_nodes[node].Process}+" };
            _sent.RemoveAll(report => report.Node.Id == _nodes[node].Id);
            _answers.RemoveAll(answer => answer.Node == node);
            _allowances[node] = sums.Aggregate(
                new Allowance(Tenant.Id, Tenant.Limits, [1m]), (allowance, sum) => allowance.Recover(sum.Key, sum.Value));
            var gone = Tenant.Keep(_nodes.Select(process => process.Process).ToHashSet());
            Take(gone.Next, gone.Decisions);
        }

        private void Deliver(TenantMessages.Report report)
        {
            var step = Tenant.Report(report.Node, report.Spent, report.Left, Today);
            Take(step.Next, step.Decisions);
            _answers.Add((Array.FindIndex(_nodes, node => node.Id == report.Node.Id), Tenant.For(report.Node.Id, report.Number, Today)));
        }

        private void Take(Tenant next, ImmutableArray<TenantEvent> events)
        {
            Tenant = next;
            Events.AddRange(events);
        }
    }
}
