using Akka.Cluster;
using Akka.Configuration;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Cluster.Tenants;
using RealtimeAkka.Cluster;

namespace RealtimeAkka.Actor.Tests;

public class TenantActorTests
{
    private static readonly TenantId Acme = new("acme");
    private static readonly NodeId Node = new("aaaaaaaaaaaaaaaa");
    private static readonly SessionId Call = new("s-20261128-010203-0123456789abcdef");

    [Fact]
    public async Task The_calls_of_a_removed_node_end_although_the_members_still_name_it()
    {
        using var system = ActorSystem.Create("realtime", ConfigurationFactory.ParseString(
            """
            akka.actor.provider = cluster
            akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
            akka.stdout-loglevel = off
            akka.loglevel = off
            """));
        var cluster = Akka.Cluster.Cluster.Get(system);
        await cluster.JoinAsync(cluster.SelfAddress).WaitAsync(HostProcess.Limit);
        var limits = new TenantLimits(MaxCalls: 3, PerDayUsd: null, PerMonthUsd: null, LeaseUsd: 1);
        var tenant = system.ActorOf(TenantActor.Props(Acme.Value, limits, TimeProvider.System));
        var process = TenantActor.ProcessOf(cluster.SelfUniqueAddress);
        var admission = await tenant.Ask<TenantMessages.Admission>(
            new TenantMessages.Admit(Acme, new NodeProcess(Node, process), Call), HostProcess.Limit);
        Assert.Null(admission.Refusal);
        Assert.Equal(1, await CallsAsync());

        var member = cluster.SelfMember;
        tenant.Tell(new ClusterEvent.MemberRemoved(member.Copy(MemberStatus.Down).Copy(MemberStatus.Removed), MemberStatus.Down));
        Assert.Contains(cluster.State.Members, known => known.UniqueAddress.Equals(member.UniqueAddress));
        Assert.Equal(0, await CallsAsync());

        async Task<int> CallsAsync() =>
            (await tenant.Ask<TenantMessages.View>(new TenantMessages.GetView(Acme), HostProcess.Limit)).Calls;
    }
}
