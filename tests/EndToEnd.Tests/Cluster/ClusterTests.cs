using System.Net;
using RealtimeAkka.EndToEnd.Tests.Gateway;
using RealtimeAkka.EndToEnd.Tests.VirtualDevices;

namespace RealtimeAkka.EndToEnd.Tests.Cluster;

/// <summary>
/// Nodes of a cluster as processes on loopback: without other tests beside them, which would delay their heartbeats. More calls are
/// carried by <c>bench/cluster</c>.
/// </summary>
[Collection(SoundCollection.Name)]
public sealed class ClusterTests
{
    [Fact]
    public async Task Three_nodes_keep_a_tenants_places_and_money_together_also_when_one_is_killed()
    {
        // A call that goes on until it is ended: nobody speaks for five minutes.
        var silence = TestCall.Wav(new byte[5 * 60 * 48_000]);
        using var nodes = await ClusterNodes.StartAsync(
            3, "--set", "tenant.max-calls=3", "--set", $"serve.inputs={Path.GetDirectoryName(silence)}");

        // One place on each node and no fourth anywhere; another tenant has places of its own.
        List<string> calls = [];
        foreach (var (node, input) in ((int, string)[])[(0, "call.wav"), (1, "sample"), (2, "call.wav")])
            calls.Add((await nodes.PostAsync(node, "acme", input, "realtime")).Id!);
        Assert.Equal(503, (await nodes.PostAsync(1, "acme")).Status);
        Assert.Equal(201, (await nodes.PostAsync(1, "beta")).Status);

        // Any node lists all, follows and ends a call of another.
        await ClusterNodes.UntilAsync(async () => (await ListedAsync(nodes[2])).IsSupersetOf(calls));
        var view = await nodes[2].GetAsync($"/api/calls/{calls[0]}");
        Assert.Equal(("n0", "live"), (view.Text("node"), view.Text("state")));
        var following = nodes[1].EventsAsync(calls[0]);
        using (var response = await nodes[2].Http.DeleteAsync(new Uri($"/api/calls/{calls[0]}", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var events = await following;
        Assert.Equal(("session", "summary"), (events[0].Record.Text("type"), events[^1].Record.Text("type")));
        Assert.Equal(events.Select((_, i) => i + 1L), events.Select(e => e.Id));
        Assert.Equal("acme", events[0].Record.Text("tenant"));
        Assert.Equal(404, await nodes[1].StatusAsync($"/api/calls/{calls[0][..^16]}0000000000000000"));

        // The call of the killed node has spent something that its tenant may not know yet.
        await ClusterNodes.UntilAsync(() => Task.FromResult(nodes.Journal(1, "acme") > 0));
        await nodes.KillAsync(1);
        // The tenants of the killed node come back on another one; the others' calls go on.
        await ClusterNodes.UntilAsync(async () => await nodes.TenantAsync(0, "acme") is { Calls: 1 });
        await ClusterNodes.UntilAsync(async () => !(await ListedAsync(nodes[0])).Contains(calls[1]));
        Assert.Equal("live", (await nodes[0].GetAsync($"/api/calls/{calls[2]}")).Text("state"));
        Assert.Equal(201, (await nodes.PostAsync(0, "acme")).Status);

        // Started again, it reports what its journal holds: nothing is lost, nothing counts twice.
        await nodes.StartAsync(1);
        foreach (var tenant in (string[])["acme", "beta"])
            await ClusterNodes.UntilAsync(async () => (await nodes.TenantAsync(2, tenant)).Usd
                == nodes.Journal(0, tenant) + nodes.Journal(1, tenant) + nodes.Journal(2, tenant));
        Assert.True(nodes.Journal(1, "acme") > 0 && nodes.Journal(1, "beta") > 0);
        await ClusterNodes.UntilAsync(async () => await nodes.TenantAsync(2, "acme") is { Calls: 1 });
        Assert.All(nodes.Recorded(0), call => Assert.Equal("acme", call.Tenant));
        Assert.Equal(nodes.Journal(0, "acme"), nodes.Recorded(0).Sum(call => call.Usd)!.Value, 5);
    }

    [Fact]
    public async Task A_node_that_is_asked_to_end_hands_its_tenants_over_and_cuts_no_call()
    {
        using var nodes = await ClusterNodes.StartAsync(2, "--set", "tenant.per-day=0.2", "--set", "budget.lease=0.1", "--set", "budget.ladder=100% end");
        var (_, call) = await nodes.PostAsync(0, "acme");
        Assert.Equal(0, (await nodes[0].EndAsync()).ExitCode);
        var spent = nodes.Journal(0, "acme");
        Assert.Equal(spent, nodes.Recorded(0).Single().Usd!.Value, 5);
        Assert.NotNull(call);

        // The tenant is where a node is, with everything; what is left of its money is not enough for two more calls.
        await ClusterNodes.UntilAsync(async () => await nodes.TenantAsync(1, "acme") == (0, spent));
        // The lease of the node that has left is free again.
        await ClusterNodes.UntilAsync(async () => (await nodes[1].GetAsync("/api/tenants/acme")).GetProperty("leased_usd").GetDecimal() == 0);
        var refused = 0;
        while (refused == 0)
        {
            var (status, id) = await nodes.PostAsync(1, "acme");
            if (status == 503) refused = status;
            else await ClusterNodes.UntilAsync(async () => (await nodes[1].GetAsync($"/api/calls/{id}")).Text("state") == "ended");
        }
        var (_, usd) = await nodes.TenantAsync(1, "acme");
        Assert.InRange(usd, 0.2m, 0.2m + 1.5m * spent); // what the last call had under way comes on top
    }

    [Fact]
    public async Task Without_a_cluster_nothing_of_it_is_loaded()
    {
        if (!OperatingSystem.IsLinux()) return; // where a process shows its files
        using var alone = await ServeProcess.StartAsync();
        await alone.EventsAsync(await alone.PostAsync("sample"));
        Assert.DoesNotContain(Loaded(alone), IsOfTheCluster);
        using var nodes = await ClusterNodes.StartAsync(1);
        Assert.Contains(Loaded(nodes[0]), IsOfTheCluster); // so that the question is a good one
    }

    [Theory]
    [InlineData("cluster.host=0.0.0.0", "TLS is needed")]
    [InlineData("cluster.seeds=127.0.0.1:9,127.0.0.1:8470", "cluster.journal")]
    [InlineData("cluster.seeds=nowhere", "cluster.seeds")]
    [InlineData("cluster.tls.certificate=a.pfx", "cluster.tls.authority")]
    [InlineData("cluster.journal=postgres", "REALTIME_AKKA_CLUSTER_POSTGRES")]
    [InlineData("tenant.default=A", "tenant.default")]
    public async Task A_node_that_could_not_keep_its_promises_does_not_start(string setting, string reason)
    {
        var result = await HostProcess.RunAsync(
            ["serve", "--urls", "http://127.0.0.1:0", "--data", "{data}", "--set", "cluster.enabled=on", "--set", setting]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
    }

    private static async Task<HashSet<string>> ListedAsync(ServeProcess node) =>
        [.. (await node.GetAsync("/api/calls?state=live")).GetProperty("calls").EnumerateArray().Select(call => call.Text("id")!)];

    private static IEnumerable<string> Loaded(ServeProcess serve) => File.ReadLines($"/proc/{serve.Host.Id}/maps");

    private static bool IsOfTheCluster(string line) => ((string[])
        ["/Akka.Cluster", "/Akka.Remote", "/Akka.Persistence", "/Akka.DistributedData", "/RealtimeAkka.Cluster", "/DotNetty", "/linq2db", "/Npgsql"])
        .Any(name => line.Contains(name, StringComparison.Ordinal));
}
