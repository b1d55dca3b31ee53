using System.Text;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Cluster;
using RealtimeAkka.Cluster.Nodes;
using RealtimeAkka.Cluster.Tenants;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Cluster;

public class SerializerTests
{
    private static readonly DateOnly Today = new(2026, 11, 28);
    private static readonly TenantId Acme = new("acme");
    private static readonly SessionId Call = new("s-20261128-010203-0123456789abcdef");
    private static readonly NodeProcess Node = TenantTests.Node('a');
    private static readonly TenantMessages.Standing Standing = new(Acme, 7, Today, 0.1234567m, 2m, null);
    private static readonly CallView View = new(Call.Value, "live", CallSource.Telephone, DateTimeOffset.UnixEpoch, 3, 0.1m, "n1");

    // One of each, so that a new type without an example fails below.
    private static readonly object[] Examples =
    [
        new TenantMessages.Admit(Acme, Node, Call), new TenantMessages.Admission(Call, CallRefusal.TenantFull, Standing),
        new TenantMessages.Report(Acme, Node, 7, [new DaySum(Today, 0.0000001m)], [Call]), Standing, new TenantMessages.GetView(Acme),
        new TenantMessages.View(Acme, 1, 2, 3, 4), new TenantEvent.Admitted(Node, Call),
        new TenantEvent.Reported(Node, [new DaySum(Today, 1)], [Call]), new TenantEvent.Granted(Node, 1.5m), new TenantEvent.Gone(Node),
        new TenantEvent.MonthBegan(Today), new TenantSnapshot(Today, [new(Node.Id, Node.Process, 1, [new DaySum(Today, 1)], [Call])]),
        new NodeMessages.Find(Call), new NodeMessages.Found(View), new NodeMessages.Read(Call, 3, true),
        new NodeMessages.Records([new NodeMessages.Line(4, "{}"u8.ToArray())], false), new NodeMessages.Stop(Call),
        new NodeMessages.Calls([View]),
    ];

    [Fact]
    public void Every_type_that_crosses_comes_back_as_it_was()
    {
        var serializer = new ClusterSerializer(null!);
        Assert.Equal(ClusterSerializer.Types.Select(type => type.Name).Order(), Examples.Select(example => example.GetType().Name).Order());
        foreach (var example in Examples)
        {
            var bytes = serializer.ToBinary(example);
            var back = serializer.FromBinary(bytes, serializer.Manifest(example));
            Assert.Equal(example.GetType(), back.GetType());
            Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(serializer.ToBinary(back)));
        }
    }

    [Fact]
    public void Names_are_short_and_those_in_journals_stay()
    {
        var serializer = new ClusterSerializer(null!);
        var names = Examples.ToDictionary(example => example.GetType(), serializer.Manifest);
        Assert.All(names.Values, name => Assert.Equal(2, name.Length));
        Assert.Equal(
            ["ea", "er", "eg", "ex", "em", "es"],
            ((Type[])[typeof(TenantEvent.Admitted), typeof(TenantEvent.Reported), typeof(TenantEvent.Granted), typeof(TenantEvent.Gone),
                typeof(TenantEvent.MonthBegan), typeof(TenantSnapshot)]).Select(type => names[type]));
    }
}
