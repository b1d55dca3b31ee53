using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Cluster;
using RealtimeAkka.Cluster.Tenants;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Cluster;

public class TenantTests
{
    private static readonly DateOnly Today = new(2026, 11, 28), Tomorrow = new(2026, 11, 29), NextMonth = new(2026, 12, 1);

    private static readonly NodeProcess A = Node('a'), B = Node('b');

    [Fact]
    public void No_more_calls_are_admitted_than_the_tenant_may_have_on_all_nodes_together()
    {
        var tenant = Of(maxCalls: 2);
        Assert.Null(Admit(ref tenant, A, "1"));
        Assert.Null(Admit(ref tenant, B, "2"));
        Assert.Equal(CallRefusal.TenantFull, Admit(ref tenant, B, "3"));
        Assert.Null(Admit(ref tenant, A, "1")); // asked again
        Assert.Equal(2, tenant.Calls);
        Report(ref tenant, A, left: "1");
        Assert.Null(Admit(ref tenant, B, "3"));
    }

    [Fact]
    public void A_node_gets_a_lease_and_all_leases_together_are_never_more_than_the_budget()
    {
        var tenant = Of(perDay: 2.5m, lease: 1m);
        Assert.Null(Admit(ref tenant, A, "1"));
        Assert.Null(Admit(ref tenant, B, "2"));
        Assert.Equal((1m, 1m, 2m), (Granted(tenant, A), Granted(tenant, B), tenant.LeasedUsd));
        Report(ref tenant, A, spent: 0.75m);
        Assert.Equal((1.5m, 1.75m), (Granted(tenant, A), tenant.LeasedUsd)); // with what is spent, 2.50
        Report(ref tenant, A, spent: 1.5m);
        Assert.Equal(1.5m, Granted(tenant, A));
        Assert.Equal(CallRefusal.TenantSpent, Admit(ref tenant, A, "3"));
    }

    [Fact]
    public void What_is_left_of_a_lease_is_free_when_its_process_is_gone_and_so_are_its_calls()
    {
        var tenant = Of(maxCalls: 1, perDay: 1m, lease: 1m);
        Assert.Null(Admit(ref tenant, A, "1"));
        Report(ref tenant, A, spent: 0.4m);
        Assert.Equal(CallRefusal.TenantFull, Admit(ref tenant, B, "2"));
        tenant = tenant.Keep(new HashSet<string> { B.Process }).Next;
        Assert.Null(Admit(ref tenant, B, "2"));
        Assert.Equal((0.4m, 0.6m), (tenant.MonthUsd, tenant.LeasedUsd));
    }

    [Fact]
    public void A_node_that_starts_again_goes_on_with_its_sums_and_without_its_calls()
    {
        var tenant = Of(perDay: 10m, lease: 1m);
        Assert.Null(Admit(ref tenant, A, "1"));
        Report(ref tenant, A, spent: 0.4m);
        // What was charged and not reported before it was killed, from its journal.
        Report(ref tenant, A with { Process = "again" }, spent: 0.7m);
        Assert.Equal((0, 0.7m, 1.7m), (tenant.Calls, tenant.MonthUsd, Granted(tenant, A)));
    }

    [Fact]
    public void A_new_day_has_a_budget_of_its_own_and_a_month_adds_its_days_up()
    {
        var tenant = Of(perDay: 1m, perMonth: 1.5m, lease: 5m);
        Assert.Null(Admit(ref tenant, A, "1"));
        Report(ref tenant, A, spent: 1m);
        Assert.Equal(1m, Granted(tenant, A));
        Report(ref tenant, A, today: Tomorrow);
        Assert.Equal(1.5m, Granted(tenant, A));
        Report(ref tenant, A, today: NextMonth);
        Assert.Equal((0m, 1m), (tenant.MonthUsd, Granted(tenant, A)));
    }

    [Fact]
    public void In_a_new_month_nothing_is_spent_also_before_anybody_reports()
    {
        var tenant = Of(perMonth: 5m, lease: 1m);
        Assert.Null(Admit(ref tenant, A, "1"));
        Report(ref tenant, A, spent: 0.4m);
        Assert.Equal((0.4m, 0m), (tenant.At(Tomorrow).MonthUsd, tenant.At(NextMonth).MonthUsd));
        Assert.Equal(tenant.LeasedUsd, tenant.At(NextMonth).LeasedUsd);
    }

    [Fact]
    public void A_lease_goes_on_in_the_next_month_with_what_is_left_of_it_and_counts_there()
    {
        var tenant = Of(perMonth: 1m, lease: 1m);
        Assert.Null(Admit(ref tenant, A, "1"));
        Report(ref tenant, A, spent: 0.4m);
        Report(ref tenant, B, today: NextMonth);
        Assert.Equal((0.6m, 0.4m), (Granted(tenant, A), Granted(tenant, B)));
    }

    [Theory]
    [InlineData("acme", true)]
    [InlineData("a1.b_c-d", true)]
    [InlineData("", false)]
    [InlineData("Acme", false)]
    [InlineData("a..b", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a/b", false)]
    [InlineData("größe", false)]
    public void The_name_of_a_tenant_is_plain(string text, bool isName) => Assert.Equal(isName, TenantId.Read(text) is not null);

    [Fact]
    public void The_id_of_a_call_says_its_node()
    {
        var node = NodeId.New(new Random(1));
        var call = node.NewCall(new DateTimeOffset(2026, 11, 28, 1, 2, 3, TimeSpan.Zero), new Random(2));
        Assert.Matches(@"\As-20261128-010203-[0-9a-f]{16}\z", call.Value);
        Assert.Equal(node.Key, NodeId.KeyOf(call));
        Assert.NotEqual(call, node.NewCall(new DateTimeOffset(2026, 11, 28, 1, 2, 3, TimeSpan.Zero), new Random(3)));
        Assert.Null(NodeId.Read("0123456789abcdeF"));
    }

    internal static Tenant Of(int? maxCalls = null, decimal? perDay = null, decimal? perMonth = null, decimal lease = 1m) =>
        new(new TenantId("acme"), new TenantLimits(maxCalls, perDay, perMonth, lease));

    internal static NodeProcess Node(char digit) => new(new NodeId(new string(digit, 16)), $"akka://{digit}");

    private static decimal Granted(Tenant tenant, NodeProcess node) => tenant.Nodes[node.Id].Granted;

    private static CallRefusal? Admit(ref Tenant tenant, NodeProcess node, string call)
    {
        var (step, refusal) = tenant.Admit(node, new SessionId(call), Today);
        tenant = step.Next;
        return refusal;
    }

    private static void Report(ref Tenant tenant, NodeProcess node, decimal spent = 0, string? left = null, DateOnly? today = null)
    {
        var day = today ?? Today;
        tenant = tenant.Report(
            node, spent > 0 ? [new DaySum(day, spent)] : [], left is null ? [] : [new SessionId(left)], day).Next;
    }
}
