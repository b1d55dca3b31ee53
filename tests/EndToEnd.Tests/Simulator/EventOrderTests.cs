using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

/// <summary>The order of events, rule by rule (docs/protocol.md 5).</summary>
public class EventOrderTests
{
    private const string Turn = """
        input_audio_buffer.speech_started
        input_audio_buffer.speech_stopped
        input_audio_buffer.committed
        conversation.item.added
        conversation.item.done
        """;

    private const string AudioAnswer = """
        response.created
        response.output_item.added
        conversation.item.added
        response.content_part.added
        """;

    private const string AudioAnswerEnd = """
        response.output_audio.done
        response.output_audio_transcript.done
        response.content_part.done
        conversation.item.done
        response.output_item.done
        response.done
        """;

    private static IEnumerable<byte[]> OneTurn => [Sound.Silence(500), Sound.Speech(800), Sound.Silence(400)];

    [Fact]
    public async Task Nothing_is_said_after_session_created_until_the_client_acts()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync("""{"type":"input_audio_buffer.clear"}""");

        Assert.Equal("session.created\ninput_audio_buffer.cleared", await client.TypesUpTo("input_audio_buffer.cleared"));
    }

    [Fact]
    public async Task A_spoken_turn_is_committed_added_done_and_answered_with_sound()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"turns":[{"answer":{"text":"Hi.","audio_ms":300}}]}""");
        await client.HearAsync(OneTurn);

        var expected = string.Join('\n', "session.created", Turn, AudioAnswer,
            "response.output_audio_transcript.delta\nresponse.output_audio.delta", AudioAnswerEnd, "rate_limits.updated");
        Assert.Equal(expected, await client.TypesUpTo("rate_limits.updated"));
    }

    [Fact]
    public async Task One_item_id_runs_from_speech_started_to_the_answers_previous_item()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.HearAsync(OneTurn);
        var done = await client.Event("conversation.item.done", 2);

        var id = (await client.Event("input_audio_buffer.speech_started"))["item_id"];
        Assert.StartsWith("item_", id);
        Assert.Equal(id, (await client.Event("input_audio_buffer.speech_stopped"))["item_id"]);
        Assert.Equal(id, (await client.Event("input_audio_buffer.committed"))["item_id"]);
        Assert.Equal(id, (await client.Event("conversation.item.added"))["item.id"]);
        Assert.Equal(id, done["previous_item_id"]);
        Assert.Equal("assistant", done["item.role"]);
    }

    [Fact]
    public async Task The_added_and_the_done_user_item_are_the_same_and_have_no_transcript()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.HearAsync(OneTurn);

        var added = (await client.Event("conversation.item.added"))["item"];
        Assert.Equal(added, (await client.Event("conversation.item.done"))["item"]);
        Assert.Contains("""[{"type":"input_audio","transcript":null}]""", added);
    }

    [Fact]
    public async Task Words_and_sound_of_an_answer_add_up_to_the_whole()
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"turns":[{"answer":{"text":"One two three four.","audio_ms":730}}]}""");
        await client.HearAsync(OneTurn);
        await client.Event("response.done");

        Assert.Equal("One two three four.", string.Concat(client.Log.Of("response.output_audio_transcript.delta").Select(e => e["delta"])));
        var sound = client.Log.Of("response.output_audio.delta").SelectMany(e => Convert.FromBase64String(e["delta"]!)).ToArray();
        Assert.Equal(730 * 48, sound.Length);
        Assert.InRange(Protocol.Pcm.Rms(sound), 0.02, 0.2);
        Assert.NotEmpty((await client.Event("response.output_audio_transcript.delta"))["obfuscation"]!);
    }

    [Fact]
    public async Task Sound_comes_faster_than_it_can_be_played()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync(
            """{"turns":[{"answer":{"text":"Long.","audio_ms":3000}}]}""", time: time);
        await client.HearAsync(OneTurn);
        await client.Event("response.created");
        time.Advance(TimeSpan.FromSeconds(1));

        var done = await client.Event("response.output_audio.done");
        Assert.Equal(30, client.Log.Of("response.output_audio.delta").Count);
        Assert.Equal(290, (done.At - (await client.Event("response.output_audio.delta")).At).TotalMilliseconds);
    }

    [Fact]
    public async Task Rate_limits_come_40_ms_after_the_response_is_done()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync(
            """{"defaults":{"answer_delay_ms":0,"interval_ms":0}}""", time: time);
        await client.HearAsync(OneTurn);
        var done = await client.Event("response.done");
        // The event is on the wire before the timer is set that is to follow it.
        await time.TimerAsync(TimeSpan.FromMilliseconds(40));
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(40, ((await client.Event("rate_limits.updated")).At - done.At).TotalMilliseconds);
    }

    [Fact]
    public async Task A_manual_turn_waits_for_the_clients_response_create()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync("""{"audio":{"input":{"turn_detection":null}}}""");
        await client.HearAsync(Sound.Speech(800), Sound.Silence(2000));
        await client.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        Assert.Equal("session.created\nsession.updated\ninput_audio_buffer.committed\nconversation.item.added\nconversation.item.done",
            await client.TypesUpTo("conversation.item.done"));

        await client.SendAsync("""{"type":"response.create"}""");
        Assert.Equal("completed", (await client.Event("response.done"))["response.status"]);
    }

    [Fact]
    public async Task A_text_response_in_the_conversation_has_text_events_and_item_events()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync(
            """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}}""");
        await client.SendAsync("""{"type":"response.create","response":{"output_modalities":["text"]}}""");

        Assert.EndsWith("""
            response.created
            response.output_item.added
            conversation.item.added
            response.content_part.added
            response.output_text.delta
            response.output_text.done
            response.content_part.done
            conversation.item.done
            response.output_item.done
            response.done
            """, await client.TypesUpTo("response.done"));
    }

    [Fact]
    public async Task An_out_of_band_response_leaves_no_trace_in_the_conversation()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync("""
            {"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"metadata":{"oob":"transcription"}}}
            """);

        Assert.Equal("""
            session.created
            response.created
            response.output_item.added
            response.content_part.added
            response.output_text.delta
            response.output_text.done
            response.content_part.done
            response.output_item.done
            response.done
            rate_limits.updated
            """, await client.TypesUpTo("rate_limits.updated"));
        var done = await client.Event("response.done");
        Assert.Equal("null", done["response.conversation_id"]);
        Assert.Equal("transcription", done["response.metadata.oob"]);
        Assert.Equal("transcription", (await client.Event("response.created"))["response.metadata.oob"]);
    }

    [Fact]
    public async Task Talking_over_the_answer_ends_it_as_turn_detected()
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"turns":[{"answer":{"text":"Once upon a time there was a long story.","audio_ms":20000,"interval_ms":100}}]}""");
        await client.HearAsync(OneTurn);
        await client.Event("response.output_audio.delta", 3);
        await client.HearAsync(OneTurn);

        var types = await client.TypesUpTo("response.done");
        Assert.EndsWith("input_audio_buffer.speech_started\n" + AudioAnswerEnd, types);
        var done = await client.Event("response.done");
        Assert.Equal("cancelled", done["response.status"]);
        Assert.Equal("""{"type":"cancelled","reason":"turn_detected"}""", done["response.status_details"]);
        Assert.Equal("incomplete", (await client.Event("response.output_item.done"))["item.status"]);
    }

    [Fact]
    public async Task A_function_call_is_told_three_times_and_its_output_can_be_answered()
    {
        await using var client = await SimulatorClient.ConnectAsync("""
            {"turns":[{"answer":{"call":{"name":"get_weather","arguments":"{\"city\": \"Oslo\"}"},"first":[]}}]}
            """);
        await client.HearAsync(OneTurn);
        var types = await client.TypesUpTo("response.done");

        Assert.EndsWith("""
            response.created
            response.output_item.added
            conversation.item.added
            response.function_call_arguments.delta
            response.function_call_arguments.done
            conversation.item.done
            response.output_item.done
            response.done
            """, types);
        var arguments = await client.Event("response.function_call_arguments.done");
        Assert.Equal("""{"city": "Oslo"}""", arguments["arguments"]);
        Assert.Equal("get_weather", arguments["name"]);
        Assert.Equal(arguments["call_id"], (await client.Event("response.output_item.done"))["item.call_id"]);

        await client.SendAsync(
            $$$"""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"{{{arguments["call_id"]}}}","output":"4"}}""");
        Assert.Equal("function_call_output", (await client.Event("conversation.item.added", 3))["item.type"]);
    }

    [Fact]
    public async Task Every_event_has_an_id_of_its_own()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.HearAsync(OneTurn);
        await client.Event("rate_limits.updated");

        var ids = client.Log.Entries.Where(e => e.Direction == Direction.Received).Select(e => e["event_id"]).ToList();
        Assert.All(ids, id => Assert.Matches("^event_[0-9A-Za-z]{21}$", id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }
}
