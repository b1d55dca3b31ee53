using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary><c>serve</c> as a whole: its start, its limits, its API, its end.</summary>
public sealed class ServeTests
{
    private const string OneTurn = """
        { "turns": [ { "asr": { "transcript": "one" }, "oob": { "text": "One." }, "answer": { "audio_ms": 300 } } ] }
        """;

    [Fact]
    public async Task A_posted_sample_is_a_call_like_any_other_and_a_stream_is_resumed_behind_the_last_event()
    {
        using var serve = await ServeProcess.StartAsync();
        var id = await serve.PostAsync("sample");

        var first = await serve.EventsAsync(id, enough: record => record.Text("type") == "turn");
        var rest = await serve.EventsAsync(id, after: first[^1].Id);
        var again = await serve.EventsAsync(id, after: rest[^2].Id);

        Assert.Equal(Enumerable.Range(1, first.Count + rest.Count), first.Concat(rest).Select(e => (int)e.Id));
        Assert.Equal("file", first[0].Record.Text("source"));
        Assert.Equal("summary", Assert.Single(again).Record.Text("type"));
        Assert.Equal(6, again[0].Record.GetProperty("turns").GetInt32());
        // Nothing follows: an EventSource shall not come again.
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/calls/{id}/events");
        request.Headers.Add("Last-Event-ID", $"{rest[^1].Id}");
        using var nothing = await serve.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, nothing.StatusCode);
    }

    [Fact]
    public async Task A_file_of_the_folder_for_inputs_is_played_and_no_other()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        var inputs = Path.GetDirectoryName(TestCall.Wav(TestCall.Pcm(1)))!;
        var outside = TestCall.Wav(TestCall.Pcm(1));
        File.CreateSymbolicLink(Path.Combine(inputs, "link.wav"), outside);
        using var serve = await ServeProcess.StartAsync(model.Url, ["--set", $"serve.inputs={inputs}"]);

        var events = await serve.EventsAsync(await serve.PostAsync("call.wav"));
        Assert.Equal(("call.wav", "file"), (events[0].Record.Text("input"), events[0].Record.Text("source")));
        Assert.Equal("One.", Assert.Single(events, e => e.Record.Text("type") == "turn").Record.GetProperty("oob").Text("text"));
        foreach (var name in (string[])["other.wav", "link.wav", "../call.wav", outside, "/etc/passwd", "<script>", ""])
        {
            using var refused = await serve.Http.PostAsJsonAsync("/api/calls", new { input = name });
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        }
        Assert.Single((await serve.GetAsync("/api/calls")).GetProperty("calls").EnumerateArray());
    }

    [Fact]
    public async Task A_call_that_is_deleted_ends_in_good_order()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url);
        using var call = await (await serve.CallAsync()).LiveAsync();
        var events = serve.EventsAsync(call.Id);
        await call.SpeakAsync(TestCall.Pcm(1));
        Assert.Equal("live", (await serve.GetAsync($"/api/calls/{call.Id}")).Text("state"));

        using var accepted = await serve.Http.DeleteAsync(new Uri($"/api/calls/{call.Id}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("completed", (await call.UntilAsync("ended")).Text("exit"));
        var records = (await events).ConvertAll(e => e.Record);
        Assert.Single(records, record => record.Text("type") == "turn");
        Assert.Equal("completed", records[^1].Text("exit"));
        Assert.Equal("ended", (await serve.GetAsync($"/api/calls/{call.Id}")).Text("state"));
        using var gone = await serve.Http.DeleteAsync(new Uri("/api/calls/s-20260101-000000-0000000000000000", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task One_call_more_than_there_are_places_is_told_to_come_later_and_has_one_when_another_ends()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url, ["--set", "serve.max-calls=2"]);
        using var first = await (await serve.CallAsync()).LiveAsync();
        using var second = await (await serve.CallAsync()).LiveAsync();

        using var third = await serve.CallAsync();
        Assert.Equal(1013, (await third.Closed.WaitAsync(HostProcess.Limit)).Code);
        using var posted = await serve.Http.PostAsJsonAsync("/api/calls", new { input = "sample" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, posted.StatusCode);
        Assert.NotNull(posted.Headers.RetryAfter!.Delta);
        Assert.Equal(503, await serve.StatusAsync("/health/ready"));
        Assert.Equal(200, await serve.StatusAsync("/health/live"));

        await first.SendAsync("""{"type":"stop"}""");
        await first.UntilAsync("ended");
        using var next = await (await serve.CallAsync()).LiveAsync();
        Assert.Equal(2, (await serve.GetAsync("/api/calls?state=live")).GetProperty("calls").GetArrayLength());
        Assert.False(second.Closed.IsCompleted);
    }

    [Fact]
    public async Task SIGTERM_ends_readiness_at_once_and_no_call_before_its_end()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url, ["--set", "serve.drain=60 s"]);
        using var call = await (await serve.CallAsync()).LiveAsync();

        serve.Host.Signal("TERM");
        while (await serve.StatusAsync("/health/ready") == 200) await Task.Yield();
        using var late = await serve.CallAsync();
        Assert.Equal(1013, (await late.Closed.WaitAsync(HostProcess.Limit)).Code);
        await call.SpeakAsync(TestCall.Pcm(1));
        Assert.False(call.Closed.IsCompleted);
        await call.SendAsync("""{"type":"stop"}""");
        await call.UntilAsync("ended");
        await call.CloseAsync();
        var result = await serve.Host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Single(serve.Recorded(call.Id), record => record.Text("type") == "turn");
        Assert.True(File.Exists(Path.Combine(serve.Host.Data, call.Id, "summary.json")));
    }

    [Fact]
    public async Task When_the_time_to_drain_is_over_open_calls_end_in_good_order()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url, ["--set", "serve.drain=200 ms"]);
        using var call = await (await serve.CallAsync()).LiveAsync();
        await call.SpeakAsync(TestCall.Pcm(1));

        serve.Host.Signal("TERM");
        Assert.Equal("completed", (await call.UntilAsync("ended")).Text("exit"));
        await call.CloseAsync();
        var result = await serve.Host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("no new call; 1 open", result.Errors, StringComparison.Ordinal);
        Assert.Single(serve.Recorded(call.Id), record => record.Text("type") == "turn");
    }

    [Fact]
    public async Task The_second_signal_ends_at_once()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url);
        using var call = await (await serve.CallAsync()).LiveAsync();

        await serve.Host.SignalUntilExitAsync("TERM");

        Assert.Equal(130, (await serve.Host.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task A_call_whose_model_cannot_be_reached_fails_and_the_server_goes_on()
    {
        using var serve = await ServeProcess.StartAsync(new Uri("ws://127.0.0.1:1/v1/realtime"));
        using var call = await serve.CallAsync();

        await call.LiveAsync();
        Assert.Equal("failed", (await call.UntilAsync("ended")).Text("exit"));
        Assert.Equal(1000, (await call.Closed.WaitAsync(HostProcess.Limit)).Code);
        Assert.Equal(200, await serve.StatusAsync("/health/ready"));
        Assert.Equal(0, (await serve.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task The_description_of_the_API_names_every_path()
    {
        using var serve = await ServeProcess.StartAsync();
        var paths = (await serve.GetAsync("/openapi/v1.json")).GetProperty("paths");

        Assert.Equal(
            ["/api/calls", "/api/calls/{id}", "/api/calls/{id}/audio/{file}", "/api/calls/{id}/events"],
            paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["delete", "get"],
            paths.GetProperty("/api/calls/{id}").EnumerateObject().Select(method => method.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_page_is_served_as_it_is_and_nothing_beside_it()
    {
        using var serve = await ServeProcess.StartAsync();
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Sound.Sample("intake-call.wav")))!, "src", "Gateway", "Page");
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            using var served = await serve.Http.GetAsync(new Uri($"/{path}", UriKind.Relative));
            Assert.Equal(File.ReadAllBytes(file), await served.Content.ReadAsByteArrayAsync());
            Assert.Equal("no-cache", served.Headers.CacheControl!.ToString());
            if (path == "index.html") Assert.Equal(200, await serve.StatusAsync("/"));
        }
        foreach (var path in (string[])["/../config.json", "/Page/index.html", "/%2e%2e/%2e%2e/etc/passwd", "/api", "/index.html%00.js"])
            Assert.InRange(await serve.StatusAsync(path), 400, 404);
        using var any = await serve.Http.GetAsync(new Uri("/", UriKind.Relative));
        var policy = Assert.Single(any.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(any.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Words_of_a_call_stay_text_and_no_id_is_a_path()
    {
        const string Markup = "<script>alert(1)</script>";
        await using var model = await TestCall.ServeAsync(
            $$"""{ "turns": [ { "asr": { "transcript": "{{Markup}}" }, "oob": { "text": "{{Markup}}" } } ] }""");
        using var serve = await ServeProcess.StartAsync(model.Url);
        using var call = await (await serve.CallAsync()).LiveAsync();
        await call.SpeakAsync(TestCall.Pcm(1));
        await call.SendAsync("""{"type":"stop"}""");
        await call.UntilAsync("ended");

        using var detail = await serve.Http.GetAsync(new Uri($"/api/calls/{call.Id}", UriKind.Relative));
        Assert.Equal("application/json", detail.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", Assert.Single(detail.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains(
            (await detail.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("records").EnumerateArray(),
            record => record.Text("type") == "turn" && record.GetProperty("oob").Text("text") == Markup);
        string[] ids =
        [
            "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", Uri.EscapeDataString(Markup), "last", call.Id + "%00", call.Id[..^1],
            call.Id.ToUpperInvariant(),
        ];
        foreach (var id in ids)
        {
            foreach (var rest in (string[])["", "/events", "/audio/input.wav"])
            {
                using var refused = await serve.Http.GetAsync(new Uri($"/api/calls/{id}{rest}", UriKind.Relative));
                Assert.InRange((int)refused.StatusCode, 400, 404);
                Assert.DoesNotContain("<script>", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("--input is an option of run", "--input", "call.wav")]
    [InlineData("--output is an option of run", "--output=null")]
    [InlineData("--json is an option of run", "--json")]
    [InlineData("--input-device is an option of run", "--input-device", "1")]
    [InlineData("so a token is needed: set REALTIME_AKKA_TOKEN", "--urls", "http://0.0.0.0:0")]
    [InlineData("it must be http://", "--urls", "https://127.0.0.1:0")]
    [InlineData("a whole number from 1 to 100000", "--set", "serve.max-calls=0")]
    [InlineData("a folder that exists", "--set", "serve.inputs=/nowhere")]
    [InlineData("origins such as", "--set", "serve.origins=https://a.example/path")]
    public async Task What_makes_no_sense_is_refused_in_one_line(string reason, params string[] args)
    {
        var result = await HostProcess.RunAsync(["serve", .. args]);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains(reason, Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_in_one_line()
    {
        using var serve = await ServeProcess.StartAsync();
        var result = await HostProcess.RunAsync(
            ["serve", "--urls", serve.Url.GetLeftPart(UriPartial.Authority), "--url", "ws://127.0.0.1:1/"], key: "test");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("cannot be used", result.Errors, StringComparison.Ordinal);
    }
}
