using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>Clients that break the rules: refused or bounded with one line, and nobody else notices.</summary>
public sealed class HostileClientTests
{
    private const string OneTurn = """
        { "turns": [ { "asr": { "transcript": "one" }, "oob": { "text": "One." }, "answer": { "audio_ms": 300 } } ] }
        """;

    [Theory]
    [InlineData("text of a megabyte", 1009, "too long")]
    [InlineData("sound of a megabyte", 1009, "too long")]
    [InlineData("half a sample", 1007, "whole samples")]
    [InlineData("no JSON", 1007, "JSON object")]
    [InlineData("played backwards", 1007, "not negative")]
    public async Task A_message_that_breaks_a_rule_ends_its_call_only(string what, int code, string reason)
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url);
        using var other = await (await serve.CallAsync()).LiveAsync();
        using var call = await (await serve.CallAsync()).LiveAsync();
        await call.SpeakAsync(TestCall.Pcm(1));

        await (what switch
        {
            "text of a megabyte" => call.SendAsync($$"""{"type":"{{new string('x', 1 << 20)}}"}"""),
            "sound of a megabyte" => call.SendAsync(new byte[1 << 20]),
            "half a sample" => call.SendAsync(new byte[961]),
            "no JSON" => call.SendAsync("<script>"),
            _ => call.SendAsync("""{"type":"played","ms":-5}"""),
        });

        var closed = await call.Closed.WaitAsync(HostProcess.Limit);
        Assert.Equal(code, closed.Code);
        Assert.Contains(reason, closed.Reason, StringComparison.Ordinal);
        var records = (await serve.EventsAsync(call.Id)).ConvertAll(e => e.Record);
        Assert.Single(records, record => record.Text("type") == "turn"); // told all the same
        Assert.Equal("completed", records[^1].Text("exit"));
        await StillWorksAsync(serve, other);
        var result = await serve.EndAsync();
        // A machine that stalls lets the other client catch up in a burst, which is a line of its own.
        Assert.Single(result.Errors.Split('\n'), line => line.Contains("broke a rule", StringComparison.Ordinal)
            && line.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_tiny_frames_is_slowed_and_costs_nobody_else_anything()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url);
        using var other = await (await serve.CallAsync()).LiveAsync();
        using var call = await (await serve.CallAsync()).LiveAsync();
        var tiny = new byte[2];

        // Until TCP is full nothing waits; 10,000 frames fit into it.
        for (var i = 0; i < 10_000; i++) await call.SendAsync(tiny);
        var speaking = other.SpeakAsync(TestCall.Pcm(1));
        await speaking;
        Assert.False(other.Closed.IsCompleted);
        call.Cut();
        await StillWorksAsync(serve, other);

        var result = await serve.EndAsync();
        Assert.Single(result.Errors.Split('\n'), line => line.Contains("faster than a voice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_browser_that_sends_nothing_is_taken_for_gone()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url, ["--set", "serve.quiet=1 s"]);
        using var call = await (await serve.CallAsync()).LiveAsync();

        var closed = await call.Closed.WaitAsync(HostProcess.Limit);

        Assert.Equal(1008, closed.Code);
        Assert.Contains("no sound came for 1 s", closed.Reason, StringComparison.Ordinal);
        Assert.Equal("completed", (await serve.EventsAsync(call.Id))[^1].Record.Text("exit"));
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused()
    {
        using var serve = await ServeProcess.StartAsync(args: ["--set", "serve.origins=https://voice.example.com"]);

        var refused = await Assert.ThrowsAsync<WebSocketException>(() => serve.CallAsync(origin: "https://evil.example"));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        using var own = await (await serve.CallAsync(origin: serve.Url.GetLeftPart(UriPartial.Authority))).LiveAsync();
        using var listed = await (await serve.CallAsync(origin: "https://voice.example.com")).LiveAsync();
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/calls/{own.Id}");
        request.Headers.Add("Origin", "null");
        using var deleted = await serve.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, deleted.StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/api/calls") { Headers = { Host = "evil.example" } };
        using var misdirected = await serve.Http.SendAsync(rebound);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);
        Assert.False(own.Closed.IsCompleted);
    }

    [Fact]
    public async Task On_other_addresses_than_loopback_nothing_works_without_the_token()
    {
        using var serve = await ServeProcess.StartAsync(
            urls: "http://0.0.0.0:0", variables: new Dictionary<string, string> { ["REALTIME_AKKA_TOKEN"] = "a-secret" });

        Assert.Equal(401, await serve.StatusAsync("/api/calls"));
        Assert.Equal(401, await serve.StatusAsync("/api/calls?token=a-secret")); // only where no header can be set
        Assert.Equal(401, await serve.StatusAsync("/calls/browser?token=wrong"));
        Assert.Equal(200, await serve.StatusAsync("/health/ready"));
        await Assert.ThrowsAsync<WebSocketException>(() => serve.CallAsync());
        using var call = await (await serve.CallAsync(query: "token=a-secret")).LiveAsync();
        serve.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a-secret");
        Assert.Equal(200, await serve.StatusAsync("/api/calls"));
        await call.SendAsync("""{"type":"stop"}""");
        await call.UntilAsync("ended");
        await call.CloseAsync();

        var result = await serve.EndAsync();
        Assert.DoesNotContain("a-secret", result.Output + result.Errors, StringComparison.Ordinal);
        Assert.All(
            Directory.GetFiles(serve.Host.Data, "*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain("a-secret", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_is_too_big_is_refused()
    {
        using var serve = await ServeProcess.StartAsync();
        using var big = await serve.Http.PostAsync(
            new Uri("/api/calls", UriKind.Relative), new StringContent(new string(' ', 64 * 1024), Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, big.StatusCode);
        Assert.InRange(await serve.StatusAsync("/" + new string('x', 8 * 1024)), 400, 431);
        using var raw = new TcpClient();
        await raw.ConnectAsync(IPAddress.Loopback, serve.Url.Port);
        await raw.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray()); // without a host
        var answer = new byte[12];
        await raw.GetStream().ReadExactlyAsync(answer);
        Assert.Equal("HTTP/1.1 400", Encoding.ASCII.GetString(answer));
        Assert.Equal(200, await serve.StatusAsync("/health/live"));
    }

    private static async Task StillWorksAsync(ServeProcess serve, BrowserClient other)
    {
        Assert.Equal(200, await serve.StatusAsync("/health/ready"));
        await other.SpeakAsync(TestCall.Pcm(1));
        await other.SendAsync("""{"type":"stop"}""");
        Assert.Equal("completed", (await other.UntilAsync("ended")).Text("exit"));
        await other.CloseAsync();
        Assert.Contains(serve.Recorded(other.Id), record => record.Text("type") == "turn");
    }
}
