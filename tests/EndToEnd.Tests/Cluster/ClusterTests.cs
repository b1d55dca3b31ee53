using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RealtimeAkka.EndToEnd.Tests.Gateway;
using RealtimeAkka.EndToEnd.Tests.Store;
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
        await ClusterNodes.UntilAsync(async () => (await nodes.ListedAsync(2)).IsSupersetOf(calls));
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
        await ClusterNodes.UntilAsync(async () => !(await nodes.ListedAsync(0)).Contains(calls[1]));
        Assert.Equal("live", (await nodes[0].GetAsync($"/api/calls/{calls[2]}")).Text("state"));
        Assert.Equal(201, (await nodes.PostAsync(0, "acme")).Status);
        // What the killed node had is lost, as both others know; only its folder has the records.
        foreach (var node in (int[])[0, 2])
        {
            await ClusterNodes.UntilAsync(async () => (await nodes.ListedAsync(node, "lost")).Contains(calls[1]));
            var gone = await nodes[node].GetAsync($"/api/calls/{calls[1]}");
            Assert.Equal(("lost", "n1", 0), (gone.Text("state"), gone.Text("node"), gone.GetProperty("records").GetArrayLength()));
        }
        Assert.Equal(204, await nodes[0].StatusAsync($"/api/calls/{calls[1]}/events"));

        // Started again, it reports what its journal holds: nothing is lost, nothing counts twice.
        await nodes.StartAsync(1);
        foreach (var tenant in (string[])["acme", "beta"])
            await ClusterNodes.UntilAsync(async () => (await nodes.TenantAsync(2, tenant)).Usd
                == nodes.Journal(0, tenant) + nodes.Journal(1, tenant) + nodes.Journal(2, tenant));
        Assert.True(nodes.Journal(1, "acme") > 0 && nodes.Journal(1, "beta") > 0);
        var back = await nodes[0].GetAsync($"/api/calls/{calls[1]}");
        Assert.Equal(("lost", "n1", "session"), (back.Text("state"), back.Text("node"), back.GetProperty("records")[0].Text("type")));
        Assert.DoesNotContain(calls[1], await nodes.ListedAsync(0, "lost")); // its node answers for it
        Assert.Contains(calls[1], await nodes.ListedAsync(1, "lost"));
        await ClusterNodes.UntilAsync(async () => await nodes.TenantAsync(2, "acme") is { Calls: 1 });
        Assert.All(nodes.Recorded(0), call => Assert.Equal("acme", call.Tenant));
        Assert.Equal(nodes.Journal(0, "acme"), nodes.Recorded(0).Sum(call => call.Usd)!.Value, 5);
    }

    [StoreFact]
    public async Task Calls_of_a_killed_node_are_listed_as_lost_with_the_records_that_reached_the_store()
    {
        using var server = PostgresServer.Start("fsync=off");
        var database = new StoreDatabase(server);
        using var nodes = await ClusterNodes.StartAsync(3, ["--set", "store.kind=postgres"], database.Variables);
        var ended = (await nodes.PostAsync(1, "acme")).Id!;
        var lost = (await nodes.PostAsync(1, "acme", pace: "realtime")).Id!;
        await database.UntilAsync($"SELECT count(*) > 0 FROM realtime_akka.turns WHERE session = '{lost}'", "True");
        await database.UntilAsync($"SELECT finished FROM realtime_akka.sessions WHERE id = '{ended}'", "True");
        // Under way it is live wherever it is asked for, although the store has a part of it.
        Assert.Equal("live", (await nodes[0].GetAsync($"/api/calls/{lost}")).Text("state"));
        await ClusterNodes.UntilAsync(async () => (await nodes.ListedAsync(0)).SetEquals([lost]));
        Assert.DoesNotContain(lost, await nodes.ListedAsync(0, "ended"));
        Assert.Empty(await nodes.ListedAsync(2, "lost"));

        await nodes.KillAsync(1);
        foreach (var node in (int[])[0, 2])
        {
            await ClusterNodes.UntilAsync(async () => (await nodes.ListedAsync(node, "lost")).SetEquals([lost]));
            Assert.Equal([ended], await nodes.ListedAsync(node, "ended"));
            Assert.Empty(await nodes.ListedAsync(node));
            var call = await nodes[node].GetAsync($"/api/calls/{lost}");
            Assert.Equal("lost", call.Text("state"));
            Assert.Equal(
                database.Records(lost).Count(record => record.Contains("\"turn\"", StringComparison.Ordinal)),
                call.GetProperty("records").EnumerateArray().Count(record => record.Text("type") is "turn" or "turn.amended" or "assistant"));
            Assert.Equal(call.GetProperty("records").GetArrayLength(), (await nodes[node].EventsAsync(lost)).Count);
        }
        // Its process is another one: what the one before had is lost still.
        await nodes.StartAsync(1);
        Assert.Equal([lost], await nodes.ListedAsync(0, "lost"));
        Assert.Equal([lost], await nodes.ListedAsync(1, "lost"));
        Assert.Equal("lost", (await nodes[0].GetAsync($"/api/calls/{lost}")).Text("state"));
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
    public async Task A_node_of_another_authority_is_not_let_in_and_ends_at_once_with_one_line_that_says_why()
    {
        using var nodes = await ClusterNodes.StartAsync(2, Certificate()); // each shows the other one that is accepted
        var result = await HostProcess.RunAsync(
        [
            "serve", "--urls", "http://127.0.0.1:0", "--data", "{data}", "--set", "cluster.enabled=on", "--set", $"cluster.port={ClusterNodes.FreePorts(1)[0]}",
            "--set", $"cluster.seeds=127.0.0.1:{nodes.Port(0)}", "--set", $"cluster.journal={TestFolder.New().FullName}/tenants.db",
            .. Certificate(),
        ]);
        Assert.Equal(1, result.ExitCode);
        var lines = (result.Output + result.Errors).Split('\n');
        var reason = Assert.Single(lines, line => line.Contains("is no node of this cluster", StringComparison.Ordinal));
        Assert.Matches(@"certificate \([0-9A-F]{40}\) is not valid now or not signed by the authority in cluster\.tls\.authority", reason);
        Assert.Contains(lines, line => line.StartsWith("This node is no longer part of the cluster", StringComparison.Ordinal));
        Assert.Equal(200, await nodes[0].StatusAsync("/health/ready"));
    }

    // An authority, and a certificate that it has signed.
    private static string[] Certificate()
    {
        var (folder, now) = (TestFolder.New().FullName, DateTimeOffset.UtcNow);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
        using var nodeKey = RSA.Create(2048);
        using var signed = new CertificateRequest("CN=node", nodeKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).Create(
            authority.SubjectName, X509SignatureGenerator.CreateForECDsa(authorityKey), now.AddMinutes(-5), now.AddHours(1), [1, 2, 3]);
        using var node = signed.CopyWithPrivateKey(nodeKey);
        File.WriteAllBytes(Path.Combine(folder, "node.pfx"), node.Export(X509ContentType.Pkcs12));
        File.WriteAllText(Path.Combine(folder, "authority.pem"), authority.ExportCertificatePem());
        return
        [
            "--set", $"cluster.tls.certificate={folder}/node.pfx", "--set", $"cluster.tls.authority={folder}/authority.pem",
        ];
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

    private static IEnumerable<string> Loaded(ServeProcess serve) => File.ReadLines($"/proc/{serve.Host.Id}/maps");

    private static bool IsOfTheCluster(string line) => ((string[])
        ["/Akka.Cluster", "/Akka.Remote", "/Akka.Persistence", "/Akka.DistributedData", "/RealtimeAkka.Cluster", "/DotNetty", "/linq2db", "/Npgsql"])
        .Any(name => line.Contains(name, StringComparison.Ordinal));
}
