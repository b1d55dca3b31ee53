using System.Net.Http.Json;
using System.Text.Json;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary><c>serve</c> in a process of its own, on a free port of loopback.</summary>
internal sealed class ServeProcess : IDisposable
{
    private ServeProcess(HostProcess host, Uri url)
    {
        (Host, Url) = (host, url);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, Timeout = HostProcess.Limit };
    }

    public HostProcess Host { get; }

    /// <summary>What the first line of stdout says.</summary>
    public Uri Url { get; }

    public HttpClient Http { get; }

    /// <summary>Starts it; without <paramref name="model"/> it answers with the built-in simulator.</summary>
    public static async Task<ServeProcess> StartAsync(
        Uri? model = null, IEnumerable<string>? args = null, IReadOnlyDictionary<string, string>? variables = null,
        string urls = "http://127.0.0.1:0")
    {
        var host = HostProcess.Start(
            [
                "serve", "--urls", urls, .. args?.Contains("--data") == true ? [] : (string[])["--data", "{data}"], "--set", "turns.settle=300 ms",
                .. model is null ? [] : (string[])["--url", $"{model}"], .. args ?? [],
            ], key: model is null ? null : "test", variables: variables);
        var line = await host.ReadLineAsync()
            ?? throw new InvalidOperationException($"serve did not start: {(await host.EndAsync()).Errors}");
        return new ServeProcess(host, new Uri(line.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)));
    }

    /// <summary>Calls and connects like a browser.</summary>
    public Task<BrowserClient> CallAsync(string? origin = null, string query = "") => BrowserClient.ConnectAsync(Url, origin, query);

    /// <summary>Starts a call with a recorded voice.</summary>
    public async Task<string> PostAsync(string input, string pace = "fast")
    {
        using var response = await Http.PostAsJsonAsync("/api/calls", new { input, pace });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).Text("id")!;
    }

    /// <summary>The JSON of a path.</summary>
    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>The status of a path.</summary>
    public async Task<int> StatusAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute), HttpCompletionOption.ResponseHeadersRead);
        return (int)response.StatusCode;
    }

    /// <summary>The events of a call after this number, to the end of the stream or until <paramref name="enough"/>.</summary>
    public async Task<List<(long Id, JsonElement Record)>> EventsAsync(
        string call, long after = 0, Func<JsonElement, bool>? enough = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/calls/{call}/events");
        if (after > 0) request.Headers.Add("Last-Event-ID", $"{after}");
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        List<(long, JsonElement)> events = [];
        var id = 0L;
        while (await reader.ReadLineAsync().WaitAsync(HostProcess.Limit) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = long.Parse(line[4..]);
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            var record = JsonElement.Parse(line[6..]);
            events.Add((id, record));
            if (enough?.Invoke(record) == true) break;
        }
        return events;
    }

    /// <summary>The records of a call that is over, from its folder.</summary>
    public IReadOnlyList<JsonElement> Recorded(string call) =>
        [.. File.ReadLines(Path.Combine(Host.Data, call, "turns.jsonl")).Select(line => JsonElement.Parse(line))];

    /// <summary>Ends the server by SIGTERM and waits for it.</summary>
    public async Task<HostResult> EndAsync()
    {
        Host.Signal("TERM");
        return await Host.EndAsync();
    }

    public void Dispose()
    {
        Http.Dispose();
        Host.Dispose();
    }
}
