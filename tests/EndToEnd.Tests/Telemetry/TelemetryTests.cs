using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using RealtimeAkka.EndToEnd.Tests.Gateway;
using RealtimeAkka.EndToEnd.Tests.Tasks;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Telemetry;

/// <summary>What leaves the program for those who watch it.</summary>
public sealed class TelemetryTests
{
    private const string OneTurn = """
        { "defaults": { "asr_delay_ms": 10, "oob_delay_ms": 20, "answer_delay_ms": 10, "interval_ms": 0 }, "turns": [
          { "asr": { "transcript": "quixotic zanzibar" }, "oob": { "text": "Quixotic Zanzibar." },
            "answer": { "text": "Wonderful.", "audio_ms": 300 } } ] }
        """;

    // What the caller says, one word for each tone; the words occur nowhere else.
    private static readonly string[] Words = ["zanzibar", "quixotic", "xylophone", "yesteryear"];

    private const string Answer = "Wonderful, noted.", Policy = "ABCD-1234", Output = "claim 77";

    [Fact]
    public async Task A_session_with_a_reconnect_a_retried_request_and_a_tool_call_is_one_trace_without_its_words()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var spans = await PlayAsync(collector);

        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.Paths);
        Assert.DoesNotContain((string[])[.. Words, Answer, Policy, Output], collector.Has);

        var session = Assert.Single(spans, span => span.Parent == "");
        Assert.Equal(("session", "completed", "2", "1"),
            (session.Name, session["realtime_akka.exit"], session["realtime_akka.turns"], session["realtime_akka.reconnects"]));
        Assert.All(spans, span => Assert.Equal(session.Trace, span.Trace));
        Assert.StartsWith("s-", session["gen_ai.conversation.id"]);

        var connections = Of(spans, session, "connection");
        Assert.Equal(2, connections.Count);
        Assert.Equal((OtlpSpan.Error, 0), (connections[0].Status, connections[1].Status));
        Assert.Equal([(connections[0].Id, "reconnect")], connections[1].Links);
        Assert.Equal("127.0.0.1", connections[1]["server.address"]);

        // The second turn was open when its connection was lost: it is replayed, under its number.
        var turns = Of(spans, session, "turn");
        Assert.Equal(["1", "2", "2"], turns.Select(turn => turn["realtime_akka.turn"]));
        Assert.Equal([null, "connection_lost", null], turns.Select(turn => turn["error.type"]));
        Assert.Equal([(turns[1].Id, "replay")], turns[2].Links);

        // In turn 1 the first request is refused, and the answer calls a function before it speaks.
        var requests = Of(spans, turns[0], "chat gpt-realtime-2.1", "transcription");
        Assert.Equal(["1", "2"], requests.Select(request => request["realtime_akka.attempt"]));
        Assert.Equal(("server_busy", OtlpSpan.Error), (requests[0]["error.type"], requests[0].Status));
        Assert.Equal([(requests[0].Id, "retry")], requests[1].Links);
        Assert.Equal("completed", requests[1]["gen_ai.response.finish_reasons"]);
        Assert.InRange(long.Parse(requests[1]["gen_ai.usage.input_tokens"]!), 1, 1_000_000);
        var answers = Of(spans, turns[0], "chat gpt-realtime-2.1", "conversation");
        Assert.Equal(2, answers.Count);
        var tool = Assert.Single(Of(spans, turns[0], "execute_tool open_claim"));
        Assert.Equal(("execute_tool", "open_claim"), (tool["gen_ai.operation.name"], tool["gen_ai.tool.name"]));
        Assert.InRange(tool.Start, answers[0].End, tool.End);
        Assert.InRange(answers[1].Start, tool.End - Ms(50), ulong.MaxValue);
        Assert.Single(Of(spans, turns[0], "playout"));
        Assert.Single(Of(spans, turns[0], "speech"));
        Assert.Single(Of(spans, turns[0], "transcription gpt-transcribe"));

        // The request of the lost connection failed with it; its successor on the next one refers to it, from another turn's span.
        var lost = Assert.Single(Of(spans, turns[1], "chat gpt-realtime-2.1", "transcription"));
        Assert.Equal("connection_lost", lost["error.type"]);
        Assert.Equal([(lost.Id, "retry")], Assert.Single(Of(spans, turns[2], "chat gpt-realtime-2.1", "transcription")).Links);

        Assert.All(spans, span => Assert.InRange(span.End, span.Start, session.End));
        Assert.All(turns, turn =>
        {
            var children = spans.Where(span => span.Parent == turn.Id).ToList();
            Assert.Equal(children.Max(child => child.End), turn.End);
            Assert.All(children, child => Assert.InRange(child.Start, turn.Start, turn.End));
        });
        var clients = spans.Where(span => span.Kind == OtlpSpan.Client).Select(span => span.Name.Split(' ')[0]).Distinct().Order();
        Assert.Equal(["chat", "connection", "transcription"], clients);
    }

    [Fact]
    public async Task Words_are_part_of_the_spans_where_they_are_wanted()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = await TestCall.ServeAsync(OneTurn);
        // By the configuration this time, not by the environment.
        var result = await HostProcess.SessionAsync(
            server.Url,
            ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", $"telemetry.otlp.endpoint={collector.Url}", "--set",
            "telemetry.transcripts=on"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.All((string[])["quixotic zanzibar", "Quixotic Zanzibar.", "Wonderful."], words => Assert.True(collector.Has(words), words));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_delays_nothing_and_fails_nothing()
    {
        await using var server = await TestCall.ServeAsync(OneTurn);
        var result = await HostProcess.SessionAsync(
            server.Url,
            ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "telemetry.otlp.endpoint=http://127.0.0.1:1"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task Without_telemetry_nothing_of_OpenTelemetry_is_loaded()
    {
        if (!OperatingSystem.IsLinux()) return; // where a process shows its files
        await using var model = await TestCall.ServeAsync(OneTurn);
        Assert.False(await LoadsAsync(model.Url, "--set", "telemetry.prometheus=off"));
        Assert.True(await LoadsAsync(model.Url)); // so that the question is a good one
    }

    [Fact]
    public async Task Prometheus_gets_the_metrics_by_the_rules_of_the_rest()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(
            model.Url, ["--set", "serve.max-calls=1"],
            new Dictionary<string, string> { ["REALTIME_AKKA_TOKEN"] = "let-me-in" });
        using var refused = await serve.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        serve.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "let-me-in");
        using (var call = await (await serve.CallAsync(query: "?token=let-me-in")).LiveAsync())
        {
            using var other = await serve.CallAsync(query: "?token=let-me-in");
            Assert.Equal(1013, (await other.Closed.WaitAsync(HostProcess.Limit)).Code);
            var live = await ScrapeAsync(serve);
            Assert.Equal("1", Value(live, "realtime_akka_calls_live"));
            Assert.Equal("1", Value(live, "realtime_akka_calls_refused_total", "full"));
            Assert.NotNull(Value(live, "realtime_akka_queue_depth", "RecordQueue"));
            Assert.NotNull(Value(live, "realtime_akka_queue_sound_milliseconds", "PlaybackQueue"));

            await call.SpeakAsync(TestCall.Pcm(1));
            await call.SendAsync("""{"type":"stop"}""");
            await call.UntilAsync("ended");
            await call.CloseAsync();
        }
        var metrics = await ScrapeAsync(serve, until: "realtime_akka_sound_lost");
        Assert.Equal("1", Value(metrics, "realtime_akka_calls_started_total", "browser"));
        Assert.Equal("1", Value(metrics, "realtime_akka_turns_total", "agreed"));
        Assert.Equal("1", Value(metrics, "realtime_akka_transcript_latency_seconds_count", "asr"));
        Assert.Equal("1", Value(metrics, "realtime_akka_transcript_latency_seconds_count", "oob"));
        Assert.Equal("1", Value(metrics, "realtime_akka_turn_join_seconds_count"));
        Assert.Equal("1", Value(metrics, "realtime_akka_answer_time_to_first_audio_seconds_count"));
        Assert.Equal("300", Value(metrics, "realtime_akka_answer_said_milliseconds_total"));
        Assert.NotNull(Value(metrics, "realtime_akka_cost_total", "transcription"));
        Assert.NotNull(Value(metrics, "gen_ai_client_token_usage_sum", "conversation"));
        Assert.NotNull(Value(metrics, "gen_ai_client_operation_duration_seconds_bucket", "conversation"));
        Assert.DoesNotContain("zanzibar", string.Join('\n', metrics), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, (await serve.EndAsync()).ExitCode);
    }

    private static async Task<bool> LoadsAsync(Uri model, params string[] args)
    {
        using var serve = await ServeProcess.StartAsync(model, args);
        using (var call = await (await serve.CallAsync()).LiveAsync())
        {
            await call.SpeakAsync(TestCall.Pcm(1));
            await call.SendAsync("""{"type":"stop"}""");
            await call.UntilAsync("ended");
            await call.CloseAsync();
        }
        var files = await File.ReadAllTextAsync($"/proc/{serve.Host.Id}/maps");
        Assert.Contains("RealtimeAkka.Hosting.dll", files, StringComparison.Ordinal);
        await serve.EndAsync();
        return files.Contains("OpenTelemetry", StringComparison.Ordinal);
    }

    // The exporter answers from its memory for a moment.
    private static async Task<string[]> ScrapeAsync(ServeProcess serve, string? until = null)
    {
        while (true)
        {
            var lines = (await serve.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n');
            if (until is null || lines.Any(line => line.StartsWith(until, StringComparison.Ordinal))) return lines;
        }
    }

    // The value of the first series of this name with this label value.
    private static string? Value(string[] metrics, string name, string label = "") => metrics
        .FirstOrDefault(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
        ?.Split('}')[^1].Trim().Split(' ')[0];

    private static ulong Ms(int ms) => (ulong)ms * 1_000_000;

    private static List<OtlpSpan> Of(IReadOnlyList<OtlpSpan> spans, OtlpSpan parent, string name, string? purpose = null) =>
        [.. spans.Where(span => span.Parent == parent.Id && span.Name == name
            && (purpose is null || span["realtime_akka.purpose"] == purpose))];

    private static async Task<IReadOnlyList<OtlpSpan>> PlayAsync(OtlpCollector collector)
    {
        var call = new SpokenCall(turns: 2, wordsPerTurn: 2);
        var script = call.Scenario();
        script["turns"]![0]!["oob"] = JsonNode.Parse("""{ "first": [ { "reject": { "code": "server_busy" } } ] }""");
        script["turns"]![0]!["answer"]!["first"] =
            JsonNode.Parse($$"""[ { "call": { "name": "open_claim", "arguments": "{ \"policy\": \"{{Policy}}\" }" } } ]""");
        // Half of the second turn's transcript is sent when the connection breaks.
        script["connections"] = JsonNode.Parse(
            """[ { "faults": [ { "on": "response.done", "turn": 2, "oob": true, "do": "abort_mid_message" } ] }, { } ]""");
        var words = call.Words.Zip(Words);
        var scenario = words.Aggregate(
            script.ToJsonString(), (text, pair) => text.Replace($"\"{pair.First}\"", $"\"{pair.Second}\"", StringComparison.Ordinal));
        scenario = scenario.Replace("Answer 1.", Answer, StringComparison.Ordinal).Replace("Answer 2.", Answer, StringComparison.Ordinal);
        await using var server = await TestCall.ServeAsync(scenario);
        var folder = new ConfigFolder("");
        folder.Write("tool.sh", $"#!/bin/sh\necho {Output}\n", run: true);
        folder.Write(
            "policy.json", """{ "type": "object", "required": ["policy"], "properties": { "policy": { "type": "string" } } }""");
        folder.Write("my.hocon", $$"""
            realtime.actions.exec = on
            realtime.tools.open_claim {
              description = "Opens a claim."
              parameters = policy.json
              deliver.exec = "{{folder.File("tool.sh")}}"
            }
            """);
        // Time for the function and the answer: the caller must not speak over it.
        byte[] voice = [.. call.PcmOf(1), .. Sound.Silence(3000), .. call.PcmOf(2)];
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(
                server.Url, ["--input", TestCall.Wav(voice), "--config", folder.Hocon], pace: "realtime"),
            key: "test", variables: new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            });
        var result = await host.EndAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "zanzibar quixotic", "zanzibar quixotic"), (2, "xylophone yesteryear", "xylophone yesteryear")], result.Turns);
        return collector.Spans;
    }
}
