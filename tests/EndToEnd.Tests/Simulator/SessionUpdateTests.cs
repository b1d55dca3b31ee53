using System.Text.Json.Nodes;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class SessionUpdateTests
{
    [Fact]
    public async Task A_new_session_has_the_captured_defaults_and_null_for_what_is_not_set()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        var created = await client.Event("session.created");

        Assert.Equal("gpt-realtime", created["session.model"]);
        Assert.Equal("null", created["session.tracing"]);
        Assert.Equal("null", created["session.audio.input.transcription"]);
        Assert.Equal(
            """{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null,"create_response":true,"interrupt_response":true}""",
            created["session.audio.input.turn_detection"]);
    }

    [Fact]
    public async Task An_update_is_merged_deeply_and_answered_with_the_whole_session()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync("""
            {"instructions":"Be brief.","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"},"turn_detection":{"type":"server_vad","silence_duration_ms":500}}}}
            """);
        await client.ConfigureAsync("""{"audio":{"output":{"voice":"cedar"}}}""");

        var updated = await client.Event("session.updated", 2);
        Assert.Equal("Be brief.", updated["session.instructions"]);
        Assert.Equal("500", updated["session.audio.input.turn_detection.silence_duration_ms"]);
        Assert.Equal("0.5", updated["session.audio.input.turn_detection.threshold"]);
        Assert.Equal("cedar", updated["session.audio.output.voice"]);
        Assert.Equal("""{"model":"gpt-4o-transcribe","language":null,"prompt":null}""", updated["session.audio.input.transcription"]);
        Assert.Equal((await client.Event("session.created"))["session.id"], updated["session.id"]);
    }

    [Fact]
    public async Task Null_clears_what_can_be_cleared()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(
            """{"audio":{"input":{"transcription":{"model":"whisper-1"},"noise_reduction":{"type":"near_field"}}}}""");
        await client.ConfigureAsync("""{"audio":{"input":{"transcription":null,"noise_reduction":null,"turn_detection":null}}}""");

        Assert.Equal("""{"format":{"type":"audio/pcm","rate":24000},"transcription":null,"noise_reduction":null,"turn_detection":null}""",
            (await client.Event("session.updated", 2))["session.audio.input"]);
    }

    [Fact]
    public async Task Another_kind_of_turn_detection_starts_from_its_own_defaults()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync("""{"audio":{"input":{"turn_detection":{"type":"semantic_vad"}}}}""");

        Assert.Equal("""{"type":"semantic_vad","eagerness":"auto","create_response":true,"interrupt_response":true}""",
            (await client.Event("session.updated"))["session.audio.input.turn_detection"]);
    }

    [Theory]
    [InlineData("""{"instructions":"x"}""", "missing_required_parameter", "session.type")]
    [InlineData("""{"type":"realtime","temperature":0.8}""", "unknown_parameter", "session.temperature")]
    [InlineData("""{"type":"realtime","audio":{"input":{"vad":1}}}""", "unknown_parameter", "session.audio.input.vad")]
    [InlineData("""{"type":"realtime","instructions":7}""", "invalid_type", "session.instructions")]
    [InlineData("""{"type":"realtime","output_modalities":["text","audio"]}""", "invalid_value", "session.output_modalities")]
    [InlineData("""{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}""", "integer_below_min_value",
    "session.audio.input.format.rate")]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","threshold":1.5}}}}""",
    "decimal_above_max_value", "session.audio.input.turn_detection.threshold")]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","idle_timeout_ms":10}}}}""",
    "integer_below_min_value", "session.audio.input.turn_detection.idle_timeout_ms")]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","eagerness":"low"}}}}""", "unknown_parameter",
    "session.audio.input.turn_detection.eagerness")]
    [InlineData("""{"type":"realtime","audio":{"input":{"transcription":{"language":"en"}}}}""", "missing_required_parameter",
    "session.audio.input.transcription.model")]
    [InlineData("""{"type":"realtime","audio":{"output":{"speed":2}}}""", "decimal_above_max_value", "session.audio.output.speed")]
    [InlineData("""{"type":"realtime","max_output_tokens":5000}""", "integer_above_max_value", "session.max_output_tokens")]
    [InlineData("""{"type":"realtime","tools":[{"type":"function"}]}""", "missing_required_parameter", "session.tools[0].name")]
    [InlineData("""{"type":"realtime","tool_choice":"perhaps"}""", "invalid_value", "session.tool_choice")]
    [InlineData("""{"type":"realtime","truncation":{"type":"retention_ratio","retention_ratio":2}}""", "decimal_above_max_value",
    "session.truncation.retention_ratio")]
    [InlineData("""{"type":"realtime","model":"gpt-realtime-mini"}""", "invalid_value", "session.model")]
    [InlineData("""{"type":"transcription"}""", "invalid_value", "session.type")]
    [InlineData("""{"type":"realtime","reasoning":{"effort":"low"}}""", "invalid_value", null)]
    public async Task A_wrong_field_is_named_and_discards_the_whole_update(string session, string code, string? param)
    {
        await using var client = await SimulatorClient.ConnectAsync(valid: false);
        var update = (JsonObject)JsonNode.Parse(session)!;
        if (!update.ContainsKey("instructions")) update["instructions"] = "Not to be taken over.";
        await client.SendAsync(new JsonObject { ["type"] = "session.update", ["event_id"] = "u1", ["session"] = update });

        var error = await client.Event("error");
        Assert.Equal(code, error["error.code"]);
        Assert.Equal(param ?? "null", error["error.param"]);
        Assert.Equal("null", error["error.event_id"]);
        await client.ConfigureAsync("{}");
        Assert.Equal("", (await client.Event("session.updated"))["session.instructions"]);
    }

    [Fact]
    public async Task The_voice_is_fixed_once_the_assistant_has_spoken()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.HearAsync(Sound.Speech(500), Sound.Silence(500));
        await client.Event("response.output_audio.delta");
        await client.ConfigureAsync("""{"audio":{"output":{"voice":"marin"}}}""");
        await client.SendAsync("""{"type":"session.update","session":{"type":"realtime","audio":{"output":{"voice":"cedar"}}}}""");

        Assert.Equal("cannot_update_voice", (await client.Event("error"))["error.code"]);
    }

    [Fact]
    public async Task A_reasoning_model_takes_an_effort()
    {
        await using var client = await SimulatorClient.ConnectAsync(query: "?model=gpt-realtime-2.1");
        await client.ConfigureAsync("""{"reasoning":{"effort":"high"}}""");

        Assert.Equal("high", (await client.Event("session.updated"))["session.reasoning.effort"]);
    }

    [Fact]
    public async Task A_scenario_can_reject_the_configuration()
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"connection":{"reject_session_update":{"code":"invalid_value","message":"No such voice.","param":"session.audio.output.voice"}}}""");
        await client.SendAsync("""{"type":"session.update","session":{"type":"realtime"}}""");

        Assert.Equal("No such voice.", (await client.Event("error"))["error.message"]);
        Assert.Empty(client.Log.Of("session.updated"));
    }

    [Fact]
    public async Task A_transcription_session_hears_and_never_answers()
    {
        await using var client = await SimulatorClient.ConnectAsync(query: "?intent=transcription");
        await client.SendAsync("""
            {"type":"session.update","session":{"type":"transcription","audio":{"input":{"transcription":{"model":"gpt-live-transcribe","languages":["en"],"keywords":["Akka"]},"turn_detection":null}}}}
            """);
        var updated = await client.Event("session.updated");
        Assert.Equal("""{"model":"gpt-live-transcribe","languages":["en"],"language":null,"prompt":null}""",
            updated["session.audio.input.transcription"]);
        Assert.Equal("realtime.transcription_session", updated["session.object"]);

        await client.HearAsync(Sound.Speech(1200));
        await client.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        var heard = await client.Event("conversation.item.input_audio_transcription.completed");
        Assert.Equal("""{"type":"duration","seconds":1.2}""", heard["usage"]);
        Assert.Empty(client.Log.Of("response.created"));
    }
}
