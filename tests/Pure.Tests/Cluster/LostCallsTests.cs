using System.Collections.Immutable;
using RealtimeAkka.Cluster;
using RealtimeAkka.Cluster.Nodes;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Cluster;

/// <summary>What is known of the calls of a node that is gone.</summary>
public class LostCallsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly NodeId A = new("aaaaaaaaaaaaaaaa"), B = new("bbbbbbbbbbbbbbbb");
    private static readonly IReadOnlySet<NodeId> Nobody = new HashSet<NodeId>();

    [Fact]
    public void Calls_of_a_node_that_is_gone_are_lost_for_an_hour()
    {
        var lost = LostCalls.None.Add(A, [Call("a", 1)], Now);
        Assert.Equal(
            Call("a", 1) with { State = "lost" }, Assert.Single(lost.At(Now + LostCalls.Keep - TimeSpan.FromTicks(1), Nobody)));
        Assert.Empty(lost.At(Now + LostCalls.Keep, Nobody));
        Assert.Equal(["b"], Ids(lost.Add(B, [Call("b", 1)], Now + LostCalls.Keep).At(Now + LostCalls.Keep, Nobody)));
    }

    [Fact]
    public void A_node_that_is_back_answers_for_its_calls_itself_and_the_last_loss_counts()
    {
        var lost = LostCalls.None.Add(A, [Call("a", 1)], Now).Add(B, [Call("b", 2)], Now);
        Assert.Equal(["b"], Ids(lost.At(Now, new HashSet<NodeId> { A })));
        Assert.Equal(["c", "b"], Ids(lost.Add(A, [Call("c", 3)], Now).At(Now, Nobody)));
    }

    [Fact]
    public void The_newest_are_remembered_and_no_more_than_a_bound()
    {
        var lost = Enumerable.Range(0, 3).Aggregate(LostCalls.None, (known, node) => known.Add(
            new NodeId($"{node:x16}"), [.. Enumerable.Range(0, 600).Select(call => Call($"{node}-{call}", (node * 600) + call))], Now));
        var ids = Ids(lost.At(Now, Nobody)).ToList();
        Assert.Equal(LostCalls.Most, ids.Count);
        Assert.Equal(("2-599", "1-200"), (ids[0], ids[^1]));
    }

    [Theory]
    [InlineData("node-aaaaaaaaaaaaaaaa-1795868400", true)]
    [InlineData("node-aaaaaaaaaaaaaaaa", false)]
    [InlineData("node-aaaaaaaaaaaaaaaa-", false)]
    [InlineData("node-aaaaaaaaaaaaaaaa--5", false)]
    [InlineData("node-aaaaaaaaaaaaaaaa-99999999999999999", false)]
    [InlineData("node-AAAAAAAAAAAAAAAA-1", false)]
    [InlineData("other", false)]
    public void A_member_says_which_node_it_is_and_since_when(string role, bool isNode)
    {
        var read = NodeRole.Of(["x", role]);
        Assert.Equal(isNode, read is not null);
        if (read is { } node) Assert.Equal((A, role), (node.Id, node.ToString()));
    }

    [Fact]
    public void A_process_has_no_call_from_before_it_began()
    {
        var node = new NodeRole(A, Now.AddMilliseconds(700));
        Assert.True(node.MayHave(Now)); // ids of calls have whole seconds
        Assert.False(node.MayHave(Now.AddSeconds(-1)));
        Assert.Equal(Now, NodeRole.Of([$"{node}"])!.Value.Since);
    }

    private static CallView Call(string id, int minute) =>
        new(id, "live", CallSource.File, DateTimeOffset.UnixEpoch.AddMinutes(minute), 1, 0.1m, "n1");

    private static IEnumerable<string> Ids(ImmutableArray<CallView> calls) => calls.Select(call => call.Id);
}
