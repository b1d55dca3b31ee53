using System.Text.Json;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Tasks;

/// <summary>Sessions with tasks: the program as shipped against the simulator on a real WebSocket.</summary>
public sealed class TaskTests
{
    private const string Turns = """
        "defaults": { "asr_delay_ms": 40, "oob_delay_ms": 40, "answer_delay_ms": 20, "interval_ms": 0 }, "turns": [
          { "asr": { "transcript": "my number is a b c d 1 2 3 4" }, "oob": { "text": "My number is ABCD-1234." }, "answer": { "text": "a", "audio_ms": 200 } },
          { "asr": { "transcript": "asr two" },   "oob": { "text": "model two" },   "answer": { "text": "b", "audio_ms": 200 } },
          { "asr": { "transcript": "asr three" }, "oob": { "text": "model three" }, "answer": { "text": "c", "audio_ms": 200 } } ]
        """;

    private static readonly (int, string, string)[] Heard =
        [(1, "My number is ABCD-1234.", "my number is a b c d 1 2 3 4"), (2, "model two", "asr two"), (3, "model three", "asr three")];

    private const string Summary = """{ "summary": "A claim.", "caller": "Dana", "facts": [], "open": [] }""";
    private const string Fields =
        """{ "fields": [ { "name": "policy_number", "value": "ABCD-1234", "status": "valid", "turn": 1 }, { "name": "full_name", "value": "Dana", "status": "valid", "turn": 7 } ] }""";

    private static readonly string Shipped = $$"""
        { {{Turns}}, "requests": [
          { "metadata": { "oob": "summary" },    "reply": { "call": { "name": "report_summary",    "arguments": {{JsonSerializer.Serialize(Summary)}} } } },
          { "metadata": { "oob": "validation" }, "reply": { "call": { "name": "report_validation", "arguments": {{JsonSerializer.Serialize(Fields)}} } } } ] }
        """;

    private static readonly string[] Both = ["--set", "tasks.summary.enabled=on", "--set", "tasks.validation.enabled=on"];

    [Fact]
    public async Task The_two_shipped_tasks_report_what_the_caller_said_in_records_with_costs_and_prompts()
    {
        await using var server = await TestCall.ServeAsync(Shipped);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), .. Both]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Heard, result.Turns);
        var tasks = result.Of("task");
        Assert.Equal([("summary", 3), ("validation", 1), ("validation", 2), ("validation", 3)], tasks.Select(Task).Order());
        Assert.All(tasks, task => Assert.Equal("completed", task.Text("status")));
        Assert.All(tasks, task => Assert.Matches("^[0-9a-f]{12}$", task.Text("prompt")));
        Assert.Equal(4, tasks.Select(task => task.Text("id")).Distinct().Count());
        Assert.Equal("A claim.", tasks.Single(task => task.Text("task") == "summary").GetProperty("value").Text("summary"));
        var fields = tasks.Last(task => task.Text("task") == "validation").GetProperty("value").GetProperty("fields");
        Assert.Equal(["valid", "invalid"], fields.EnumerateArray().Select(field => field.Text("status"))); // there is no turn 7
        Assert.Equal(
            tasks.Sum(task => task.GetProperty("cost_usd").GetDecimal()),
            result.Of("summary").Single().GetProperty("tasks").GetProperty("usd").GetDecimal(), 5);
        Assert.Equal(tasks.Select(task => task.GetRawText()),
            File.ReadLines(Path.Combine(result.Folder!, "turns.jsonl"))
            .Where(line => line.Contains("\"type\":\"task\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_conversation_is_the_same_with_tasks_as_without_them()
    {
        var (without, _) = await WireAsync([]);
        var (with, tasks) = await WireAsync(Both);

        Assert.Equal(without.Order(StringComparer.Ordinal), with.Order(StringComparer.Ordinal)); // the server may interleave its streams
        Assert.Equal(without.Where(line => line.StartsWith("Sent", StringComparison.Ordinal)),
            with.Where(line => line.StartsWith("Sent", StringComparison.Ordinal)));
        Assert.Equal(3, tasks);
    }

    [Fact]
    public async Task Tasks_that_hang_fail_talk_nonsense_or_a_megabyte_delay_nothing_and_are_reported()
    {
        var huge = JsonSerializer.Serialize($$"""{"n":"{{new string('x', 1_000_000)}}"}""");
        await using var server = await TestCall.ServeAsync($$"""
            { {{Turns}}, "requests": [
              { "metadata": { "oob": "hang" },    "reply": { "silent": true } },
              { "metadata": { "oob": "stall" },   "reply": { "stalled": true } },
              { "metadata": { "oob": "fail" },    "reply": { "status": "failed" } },
              { "metadata": { "oob": "refuse" },  "reply": { "reject": { "code": "server_busy" } } },
              { "metadata": { "oob": "invalid" }, "reply": { "call": { "name": "report_invalid", "arguments": "{ \"n\": 7 }" } } },
              { "metadata": { "oob": "broken" },  "reply": { "call": { "name": "report_broken", "arguments": "{ \"n\": " } } },
              { "metadata": { "oob": "repair" },  "reply": { "call": { "name": "report_repair", "arguments": "{ \"n\": \"yes\" }" }, "first": [ { "call": { "name": "report_repair", "arguments": "{}" } } ] } },
              { "metadata": { "oob": "huge" },    "reply": { "text": {{huge}} } } ] }
            """);
        string[] names = ["hang", "stall", "fail", "refuse", "invalid", "broken", "repair", "huge"];
        var folder = new ConfigFolder(string.Join('\n', names.Select(name => $$"""
            realtime.tasks.{{name}} { prompt = prompt.md, trigger = "on-match ABCD", timeout = 5 s, result = schema.json }
            """)));
        var result = await folder.SessionAsync(server.Url, 3, "--set", "out-of-band.tasks-in-flight=8");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Heard, result.Turns);
        // All ask about turn 1. The other turns are published before the first task that hangs times out.
        var order = result.Records.Select(record => record.Text("status") ?? record.Text("type")).ToList();
        Assert.InRange(order.LastIndexOf("turn"), 0, order.IndexOf("timed_out"));
        Assert.Equal(
            [
                ("broken", "failed", "invalid: $ is no JSON"), ("fail", "failed", "server_error"), ("hang", "timed_out", "after 5 s"),
                ("huge", "failed", "too_large: 1000008 characters"),
                ("invalid", "failed", "invalid: $.n is a number; it must be string."), ("refuse", "failed", "server_busy"),
                ("repair", "completed", ""), ("stall", "timed_out", "after 5 s"),
            ],
            result.Of("task")
            .Select(task => (task.Text("task")!, task.Text("status")!,
            string.Concat((task.Text("error") ?? "").TakeWhile((c, i) => i < 44 && c is not ',' && !(c == ':' && i > 10)))))
                .Order());
    }

    private static (string, int) Task(JsonElement task) => (task.Text("task")!, task.GetProperty("turn").GetInt32());

    // The conversation and its transcripts on the wire, without ids, audio and the requests of tasks.
    private static async Task<(List<string> Said, int Tasks)> WireAsync(string[] args)
    {
        await using var server = await TestCall.ServeAsync(Shipped);
        using var host = HostProcess.StartOnPipe(server.Url, args);
        await host.SpeakAsync(TestCall.Pcm(1));
        // The next turn starts after the answer, so that it neither overtakes requests about the first turn nor interrupts the answer.
        await host.ReadAsync(args.Length > 0 ? ["turn", "assistant", "task"] : ["turn", "assistant"]);
        await host.SpeakAsync(TestCall.Pcm(1));
        host.HangUp();
        var result = await host.EndAsync();
        Assert.Equal(Heard[..2], result.Turns);
        Assert.Equal(2, result.Of("assistant").Count);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Entries.ToList();
        var tasks = log.Where(e => e["response.metadata.oob"] is "summary" or "validation").ToList();
        var ids = tasks.Where(e => e.Type == "response.created").Select(e => e["response.id"]).ToHashSet();
        var said = log.Except(tasks).Where(
            e => !ids.Contains(e["response_id"]) && e.Type is not ("input_audio_buffer.append" or "rate_limits.updated"))
            .Select(e =>
            $"{e.Direction} {e.Type} {e["response.metadata.oob"]} {e["response.instructions"]} {e["response.input"]?.Length} {e["session.tools"]}")
            .ToList();
        return (said, tasks.Count(e => e.Direction == Direction.Sent));
    }
}
