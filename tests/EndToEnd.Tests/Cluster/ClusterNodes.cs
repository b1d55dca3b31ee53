using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using RealtimeAkka.EndToEnd.Tests.Gateway;

namespace RealtimeAkka.EndToEnd.Tests.Cluster;

/// <summary>Several nodes of one cluster on loopback, each a process of its own with its own data directory; they share a journal.</summary>
internal sealed class ClusterNodes : IDisposable
{
    private readonly ServeProcess?[] _nodes;
    private readonly string[] _data;
    private readonly int[] _ports;
    private readonly string[] _args;
    private readonly IReadOnlyDictionary<string, string>? _variables;
    private readonly string _journal = Path.Combine(TestFolder.New().FullName, "tenants.db");

    private ClusterNodes(int count, string[] args, IReadOnlyDictionary<string, string>? variables)
    {
        (_nodes, _args, _variables) = (new ServeProcess?[count], args, variables);
        _data = [.. Enumerable.Range(0, count).Select(_ => TestFolder.New().FullName)];
        _ports = FreePorts(count);
    }

    public ServeProcess this[int node] => _nodes[node] ?? throw new InvalidOperationException($"node {node} does not run");

    /// <summary>The port on which a node listens for others.</summary>
    public int Port(int node) => _ports[node];

    /// <summary>Starts all of them and waits until each takes calls.</summary>
    public static Task<ClusterNodes> StartAsync(int count, params string[] args) => StartAsync(count, args, variables: null);

    /// <summary>The same with these variables in the environment of each.</summary>
    public static async Task<ClusterNodes> StartAsync(int count, string[] args, IReadOnlyDictionary<string, string>? variables)
    {
        var nodes = new ClusterNodes(count, args, variables);
        await Task.WhenAll(Enumerable.Range(0, count).Select(nodes.StartAsync));
        return nodes;
    }

    /// <summary>Starts a node, or starts it again with its data.</summary>
    public async Task StartAsync(int node)
    {
        _nodes[node]?.Dispose();
        var serve = _nodes[node] = await ServeProcess.StartAsync(variables: _variables, args:
        [
            "--data", _data[node], "--set", "cluster.enabled=on", "--set", $"cluster.node=n{node}",
            "--set", $"cluster.port={_ports[node]}", "--set", $"cluster.journal={_journal}",
            "--set", $"cluster.seeds={string.Join(',', _ports.Select(port => $"127.0.0.1:{port}"))}", .. _args,
        ]);
        await UntilAsync(async () => await serve.StatusAsync("/health/ready") == 200);
    }

    /// <summary>Starts a call of a tenant; the status says why there is none.</summary>
    public async Task<(int Status, string? Id)> PostAsync(int node, string tenant, string input = "sample", string pace = "fast")
    {
        using var response = await this[node].Http.PostAsJsonAsync("/api/calls", new { input, pace, tenant });
        var answer = response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<JsonElement>()).Text("id") : null;
        return ((int)response.StatusCode, answer);
    }

    /// <summary>A tenant by what a node says.</summary>
    public async Task<(int Calls, decimal Usd)> TenantAsync(int node, string tenant)
    {
        using var response = await this[node].Http.GetAsync(new Uri($"/api/tenants/{tenant}", UriKind.Relative));
        if (!response.IsSuccessStatusCode) return (-1, -1);
        var view = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (view.GetProperty("calls").GetInt32(), view.GetProperty("month_usd").GetDecimal());
    }

    /// <summary>The ids of the calls that a node lists.</summary>
    public async Task<HashSet<string>> ListedAsync(int node, string state = "live") =>
        [.. (await this[node].GetAsync($"/api/calls?state={state}")).GetProperty("calls").EnumerateArray().Select(call => call.Text("id")!)];

    /// <summary>What a node's own journal says that a tenant has spent.</summary>
    public decimal Journal(int node, string tenant) =>
        Lines(Path.Combine(_data[node], "cluster", "charges.jsonl")).Select(line => JsonElement.Parse(line))
            .Where(line => line.Text("tenant") == tenant).Sum(line => line.GetProperty("usd").GetDecimal());

    // Whole lines of a file that is being written.
    private static string[] Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The summaries of a node's calls by tenant; null: a call left none.</summary>
    public IEnumerable<(string? Tenant, decimal? Usd)> Recorded(int node)
    {
        foreach (var folder in Directory.GetDirectories(_data[node], "s-*"))
        {
            var session = File.ReadLines(Path.Combine(folder, "records.jsonl")).Select(line => JsonElement.Parse(line)).First();
            var summary = Path.Combine(folder, "summary.json");
            yield return (session.Text("tenant"), File.Exists(summary)
                ? JsonElement.Parse(File.ReadAllText(summary)).GetProperty("total_usd").GetDecimal() : null);
        }
    }

    /// <summary>Kills a node as a power cut does.</summary>
    public async Task KillAsync(int node)
    {
        this[node].Host.Signal("KILL");
        await this[node].Host.EndUnreadAsync();
    }

    /// <summary>Asks until it is so; there is no event to wait for in another process.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(HostProcess.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await isSo()) await timer.WaitForNextTickAsync(limit.Token);
    }

    public void Dispose()
    {
        foreach (var node in _nodes) node?.Dispose();
    }

    /// <summary>Ports that nobody uses; held all at once, so that no two are the same.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] held = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in held) listener.Start();
        int[] ports = [.. held.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in held) listener.Stop();
        return ports;
    }
}
