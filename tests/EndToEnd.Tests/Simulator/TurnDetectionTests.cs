namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class TurnDetectionTests
{
    private static string Vad(string fields) =>
        """{"audio":{"input":{"turn_detection":FIELDS}}}""".Replace("FIELDS", fields, StringComparison.Ordinal);

    [Fact]
    public async Task Start_includes_the_padding_and_end_the_silence_on_the_audio_clock()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(Vad("""{"type":"server_vad","prefix_padding_ms":300,"silence_duration_ms":800}"""));
        await client.HearAsync(Sound.Silence(1000), Sound.Speech(1000), Sound.Silence(1000));

        Assert.Equal("700", (await client.Event("input_audio_buffer.speech_started"))["audio_start_ms"]);
        Assert.Equal("2800", (await client.Event("input_audio_buffer.speech_stopped"))["audio_end_ms"]);
    }

    [Fact]
    public async Task The_clock_goes_on_after_a_clear()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.HearAsync(Sound.Silence(1000));
        await client.SendAsync("""{"type":"input_audio_buffer.clear"}""");
        await client.HearAsync(Sound.Silence(1000), Sound.Speech(500));

        Assert.Equal("1700", (await client.Event("input_audio_buffer.speech_started"))["audio_start_ms"]);
    }

    [Fact]
    public async Task Two_turns_in_one_append_are_two_turns()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        byte[] both = [.. Sound.Speech(500), .. Sound.Silence(500), .. Sound.Speech(500), .. Sound.Silence(500)];
        await client.SendAsync($$"""{"audio":"{{Convert.ToBase64String(both)}}","type":"input_audio_buffer.append"}""");

        Assert.Equal("700", (await client.Event("input_audio_buffer.speech_stopped"))["audio_end_ms"]);
        Assert.Equal("1700", (await client.Event("input_audio_buffer.speech_stopped", 2))["audio_end_ms"]);
    }

    [Fact]
    public async Task Appends_that_cut_a_sample_in_half_lose_nothing()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        byte[] sound = [.. Sound.Silence(1000), .. Sound.Speech(1000), .. Sound.Silence(400)];
        foreach (var part in sound.Chunk(777))
            await client.SendAsync($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(part)}}"}""");

        Assert.Equal("700", (await client.Event("input_audio_buffer.speech_started"))["audio_start_ms"]);
        Assert.Equal("2200", (await client.Event("input_audio_buffer.speech_stopped"))["audio_end_ms"]);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.003)]
    public async Task Silence_and_room_noise_are_no_speech(double rms)
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.HearAsync(Sound.Noise(3000, rms));
        await client.SendAsync("""{"type":"input_audio_buffer.clear"}""");

        Assert.DoesNotContain("speech_started", await client.TypesUpTo("input_audio_buffer.cleared"));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public async Task The_sample_callers_six_turns_are_found_at_any_usual_threshold(double threshold)
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(
            Vad($$"""{"type":"server_vad","threshold":{{threshold}},"silence_duration_ms":800,"create_response":false}"""));
        await client.HearAsync(Sound.Wav("intake-call.wav"));
        await client.SendAsync("""{"type":"input_audio_buffer.clear"}""");
        await client.Event("input_audio_buffer.cleared");

        Assert.Equal(6, client.Log.Of("input_audio_buffer.committed").Count);
    }

    [Fact]
    public async Task A_higher_threshold_overhears_quiet_speech()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(Vad("""{"type":"server_vad","threshold":0.9}"""));
        await client.HearAsync(Sound.Noise(1000, 0.02));
        await client.ConfigureAsync(Vad("""{"type":"server_vad","threshold":0.5}"""));
        Assert.Empty(client.Log.Of("input_audio_buffer.speech_started"));

        await client.HearAsync(Sound.Noise(1000, 0.02));
        await client.Event("input_audio_buffer.speech_started");
    }

    [Theory]
    [InlineData("low", 2000)]
    [InlineData("auto", 1000)]
    [InlineData("high", 500)]
    public async Task Semantic_detection_waits_longer_the_less_eager_it_is(string eagerness, int silenceMs)
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(Vad($$"""{"type":"semantic_vad","eagerness":"{{eagerness}}"}"""));
        await client.HearAsync(Sound.Speech(1000), Sound.Silence(2500));

        Assert.Equal($"{1000 + silenceMs}", (await client.Event("input_audio_buffer.speech_stopped"))["audio_end_ms"]);
    }

    [Fact]
    public async Task Without_create_response_a_turn_is_committed_and_not_answered()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(Vad("""{"type":"server_vad","create_response":false}"""));
        await client.HearAsync(Sound.Speech(500), Sound.Silence(500));
        await client.SendAsync("""{"type":"input_audio_buffer.clear"}""");

        Assert.DoesNotContain("response.created", await client.TypesUpTo("input_audio_buffer.cleared"));
        await client.Event("input_audio_buffer.committed");
    }

    [Fact]
    public async Task Without_interrupt_response_the_answer_goes_on_and_the_next_turns_answer_is_refused()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"turns":[{"answer":{"text":"A long one.","stalled":true}}]}""");
        await client.ConfigureAsync(Vad("""{"type":"server_vad","interrupt_response":false}"""));
        await client.HearAsync(Sound.Speech(500), Sound.Silence(500), Sound.Speech(500), Sound.Silence(500));

        var error = await client.Event("error");
        Assert.Equal("conversation_already_has_active_response", error["error.code"]);
        Assert.Equal("null", error["error.event_id"]);
        Assert.Empty(client.Log.Of("response.done"));
        Assert.Contains((await client.Event("response.created"))["response.id"]!, error["error.message"]);
    }

    [Fact]
    public async Task Less_than_100_ms_cannot_be_committed()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(Vad("null"));
        await client.HearAsync(Sound.Speech(60));
        await client.SendAsync("""{"type":"input_audio_buffer.commit","event_id":"c1"}""");

        var error = await client.Event("error");
        Assert.Equal("input_audio_buffer_commit_empty", error["error.code"]);
        Assert.Equal(
            "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has 60.00ms of audio.", error["error.message"]);
        Assert.Equal("null", error["error.event_id"]);
    }

    [Fact]
    public async Task A_commit_takes_all_since_the_last_one_and_keeps_the_announced_item_id()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(Vad("""{"type":"server_vad","create_response":false}"""));
        await client.HearAsync(Sound.Speech(500));
        var started = await client.Event("input_audio_buffer.speech_started");
        await client.SendAsync("""{"type":"input_audio_buffer.commit"}""");

        Assert.Equal(started["item_id"], (await client.Event("input_audio_buffer.committed"))["item_id"]);
        Assert.Empty(client.Log.Of("input_audio_buffer.speech_stopped"));
    }

    [Fact]
    public async Task Who_stays_silent_after_an_answer_is_asked_again()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync(
            """{"defaults":{"answer_delay_ms":0,"interval_ms":0},"turns":[{"answer":{"text":"Still there?","audio_ms":2000}}]}""",
            time: time);
        await client.ConfigureAsync("""
            {"audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"},"turn_detection":{"type":"server_vad","idle_timeout_ms":6000}}}}
            """);
        await client.HearAsync(Sound.Speech(500), Sound.Silence(500));
        await client.Event("response.done");
        time.Advance(TimeSpan.FromMilliseconds(7900));
        Assert.Empty(client.Log.Of("input_audio_buffer.timeout_triggered"));
        time.Advance(TimeSpan.FromMilliseconds(200));

        var timeout = await client.Event("input_audio_buffer.timeout_triggered");
        Assert.Equal(timeout["item_id"], (await client.Event("input_audio_buffer.committed", 2))["item_id"]);
        await client.Event("response.created", 2);
        time.Advance(TimeSpan.FromSeconds(1));
        var heard = await client.Event("conversation.item.input_audio_transcription.completed", 2);
        Assert.Equal("", heard["transcript"]);
    }

    [Fact]
    public async Task Who_talks_over_the_answer_is_not_idle()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync(
            """{"defaults":{"answer_delay_ms":0},"turns":[{"answer":{"text":"A long answer.","audio_ms":9000}},{"answer":{"silent":true}}]}""", time: time);
        await client.ConfigureAsync(Vad("""{"type":"server_vad","idle_timeout_ms":5000}"""));
        await client.HearAsync(Sound.Speech(500), Sound.Silence(500));
        await client.Event("response.output_audio.delta");
        await client.HearAsync(Sound.Speech(500), Sound.Silence(500));
        await client.Event("input_audio_buffer.committed", 2);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("cancelled", (await client.Event("response.done"))["response.status"]);
        Assert.Empty(client.Log.Of("input_audio_buffer.timeout_triggered"));
    }

    [Theory]
    [InlineData("audio/pcmu", 0xFF, 0x10)]
    [InlineData("audio/pcma", 0xD5, 0x1A)]
    public async Task Telephone_sound_is_heard_at_8_kHz(string format, byte quiet, byte loud)
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.ConfigureAsync(
            """{"audio":{"input":{"format":{"type":"FORMAT"}},"output":{"format":{"type":"FORMAT"}}}}""".Replace(
            "FORMAT", format, StringComparison.Ordinal));
        byte[] silence = [.. Enumerable.Repeat(quiet, 8000)];
        byte[] speech = [.. Enumerable.Range(0, 8000).Select(i => i / 20 % 2 == 0 ? loud : (byte)(loud ^ 0x80))];
        byte[] sound = [.. silence, .. speech, .. silence];
        await client.SendAsync($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(sound)}}"}""");

        Assert.Equal("700", (await client.Event("input_audio_buffer.speech_started"))["audio_start_ms"]);
        Assert.Equal("2200", (await client.Event("input_audio_buffer.speech_stopped"))["audio_end_ms"]);
        Assert.Equal(800, Convert.FromBase64String((await client.Event("response.output_audio.delta"))["delta"]!).Length);
    }
}
