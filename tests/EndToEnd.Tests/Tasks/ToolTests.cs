using System.Text.Json;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Tasks;

/// <summary>Sessions whose spoken agent calls functions.</summary>
public sealed class ToolTests
{
    private const string Call = """
        { "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 700, "answer_delay_ms": 10, "interval_ms": 0 }, "turns": [
          { "asr": { "transcript": "open a claim" }, "oob": { "text": "Open a claim for ABCD-1234." },
            "answer": { "text": "Your claim is open.", "audio_ms": 200, "first": [ { "call": { "name": "open_claim", "arguments": "{ \"policy\": \"ABCD-1234\" }" } } ] } } ] }
        """;

    private static ConfigFolder Folder(string program, string more = "")
    {
        var folder = new ConfigFolder("");
        folder.Write("tool.sh", program, run: true);
        folder.Write(
            "policy.json",
            """{ "type": "object", "required": ["policy"], "properties": { "policy": { "type": "string", "pattern": "^[A-Z]{4}-[0-9]{4}$" } } }""");
        folder.Write("my.hocon", $$"""
            realtime.actions.exec = on
            realtime.tools.open_claim {
              description = "Opens a claim."
              parameters = policy.json
              deliver.exec = "{{folder.File("tool.sh")}} {{folder.Path}}"
              {{more}}
            }
            """);
        return folder;
    }

    [Fact]
    public async Task A_function_that_needs_the_transcript_runs_once_after_it_and_the_agent_is_told_what_it_came_to()
    {
        await using var server = await TestCall.ServeAsync(Call);
        var folder = Folder("#!/bin/sh\ncat >> \"$1/given.json\"\necho claim 77\n", "needs = transcript");
        var result = await folder.SessionAsync(server.Url, 1);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var given = JsonElement.Parse(Assert.Single(File.ReadAllLines(folder.File("given.json"))));
        Assert.Equal("ABCD-1234", given.GetProperty("arguments").Text("policy"));
        Assert.Equal("Open a claim for ABCD-1234.", given.GetProperty("transcript").Text("words"));
        Assert.Equal(1, given.GetProperty("turn").GetInt32());

        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Entries.Where(e => e.Type != "input_audio_buffer.append")
            .ToList();
        var output = log.FindIndex(e => e is { Direction: Direction.Sent, Type: "conversation.item.create" });
        Assert.Equal("claim 77\n", log[output]["item.output"]);
        Assert.Equal("function_call_output", log[output]["item.type"]);
        Assert.Equal(given.Text("call_id"), log[output]["item.call_id"]);
        Assert.InRange(log.FindIndex(e => e.Type == "response.done" && e["response.metadata.oob"] == "transcription"), 0, output);
        Assert.Single(log, e => e is { Direction: Direction.Sent, Type: "response.create" } && e["response.conversation"] is null);
        Assert.Contains("open_claim", log.First(e => e.Type == "session.update")["session.tools"], StringComparison.Ordinal);

        Assert.Equal("Your claim is open.", result.Of("assistant")[^1].Text("text"));
        var tool = Assert.Single(result.Of("tool"));
        Assert.Equal(("open_claim", "completed", "claim 77\n"), (tool.Text("tool"), tool.Text("status"), tool.Text("output")));
        Assert.Equal(given.Text("id"), tool.Text("id"));
    }

    [Theory]
    [InlineData("#!/bin/sh\nexit 3\n", "ABCD-1234", "tool.sh ended with exit code 3")]
    [InlineData("#!/bin/sh\nsleep 60\n", "ABCD-1234", "not done within 1 s")]
    [InlineData("#!/bin/sh\necho no\n", "12", "invalid arguments: $.policy is '12'; it must match ^[A-Z]{4}-[0-9]{4}$.")]
    public async Task What_fails_is_told_to_the_agent_who_goes_on(string program, string policy, string reason)
    {
        await using var server = await TestCall.ServeAsync(Call.Replace("ABCD-1234\\\"", $"{policy}\\\"", StringComparison.Ordinal));
        var result = await Folder(program, "deliver { timeout = 1 s, retries = 0 }").SessionAsync(server.Url, 1);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(reason, Assert.Single(result.Of("tool")).Text("error"));
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.Equal(JsonSerializer.Serialize(new { error = reason }),
            Unescaped(Assert.Single(log.Of("conversation.item.create"))["item.output"]!));
        Assert.Equal("Your claim is open.", result.Of("assistant")[^1].Text("text"));
        Assert.Equal("completed", Assert.Single(result.Of("turn")).GetProperty("oob").Text("status"));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("null")]
    public async Task A_call_that_the_end_of_a_response_does_not_repeat_is_carried_out(string output)
    {
        await using var server = await TestCall.ServeAsync(
            Call.Replace("\"first\": [ {", $"\"first\": [ {{ \"output\": \"{output}\",", StringComparison.Ordinal));
        var result = await Folder("#!/bin/sh\necho claim 77\n").SessionAsync(server.Url, 1);

        Assert.Equal("completed", Assert.Single(result.Of("tool")).Text("status"));
        Assert.Equal("Your claim is open.", result.Of("assistant")[^1].Text("text"));
    }

    [Fact]
    public async Task A_call_whose_item_is_incomplete_is_not_carried_out()
    {
        await using var server = await TestCall.ServeAsync(
            Call.Replace("\"name\": \"open_claim\"", "\"name\": \"open_claim\", \"incomplete\": true", StringComparison.Ordinal));
        var result = await Folder("#!/bin/sh\necho claim 77\n").SessionAsync(server.Url, 1);

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Of("tool"));
    }

    private static string Unescaped(string json) => JsonSerializer.Serialize(JsonElement.Parse(json));
}
