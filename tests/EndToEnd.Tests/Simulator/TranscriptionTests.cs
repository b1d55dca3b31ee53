namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class TranscriptionTests
{
    private const string Completed = "conversation.item.input_audio_transcription.completed";
    private const string Failed = "conversation.item.input_audio_transcription.failed";
    private const string Delta = "conversation.item.input_audio_transcription.delta";

    private static IEnumerable<byte[]> OneTurn => [Sound.Speech(800), Sound.Silence(400)];

    private static async Task<SimulatorClient> Listening(string turns, string model = "gpt-4o-transcribe", TimeProvider? time = null)
    {
        var client = await SimulatorClient.ConnectAsync($$"""{"turns":{{turns}}}""", time: time);
        await client.ConfigureAsync(
            """{"audio":{"input":{"transcription":{"model":"MODEL"},"turn_detection":{"type":"server_vad","create_response":false}}}}"""
            .Replace("MODEL", model, StringComparison.Ordinal));
        return client;
    }

    [Fact]
    public async Task Each_item_keeps_its_own_time()
    {
        var time = new ManualTime();
        await using var client = await Listening(
            """[{"asr":{"transcript":"One.","delay_ms":400}},{"asr":{"transcript":"Two.","delay_ms":300}}]""", time: time);
        await client.HearAsync([.. OneTurn, .. OneTurn]);
        await client.Event("input_audio_buffer.committed", 2);
        time.Advance(TimeSpan.FromSeconds(1));

        var (first, second) = (await client.Event(Completed), await client.Event(Completed, 2));
        Assert.Equal("Two.", first["transcript"]);
        Assert.Equal((await client.Event("input_audio_buffer.committed", 2))["item_id"], first["item_id"]);
        Assert.Equal("One.", second["transcript"]);
        Assert.Equal((await client.Event("input_audio_buffer.committed"))["item_id"], second["item_id"]);
    }

    [Fact]
    public async Task Deltas_make_up_the_transcript()
    {
        await using var client = await Listening(
            """[{"asr":{"transcript":"One two three four five."}},{"asr":{"transcript":"Six seven.","deltas":0}}]""");
        await client.HearAsync([.. OneTurn, .. OneTurn]);
        await client.Event(Completed, 2);

        Assert.Equal("One two three four five.", string.Concat(client.Log.Of(Delta).Select(d => d["delta"])));
        Assert.Equal(5, client.Log.Of(Delta).Count);
    }

    [Fact]
    public async Task A_failure_names_the_item_and_the_reason()
    {
        await using var client = await Listening("""[{"asr":{"error":{"code":"audio_unintelligible","message":"Cannot make it out."}}}]""");
        await client.HearAsync(OneTurn);

        var failed = await client.Event(Failed);
        Assert.Equal((await client.Event("input_audio_buffer.committed"))["item_id"], failed["item_id"]);
        Assert.Equal("""{"type":"transcription_error","code":"audio_unintelligible","message":"Cannot make it out.","param":null}""",
            failed["error"]);
    }

    [Fact]
    public async Task A_silent_one_never_answers()
    {
        await using var client = await Listening("""[{"asr":{"silent":true}},{"asr":{"transcript":"Two."}}]""");
        await client.HearAsync([.. OneTurn, .. OneTurn]);

        Assert.Equal("Two.", (await client.Event(Completed))["transcript"]);
        Assert.Single(client.Log.Of(Completed));
    }

    [Fact]
    public async Task Without_a_script_the_transcript_says_that_it_is_simulated()
    {
        await using var client = await Listening("[]");
        await client.HearAsync(OneTurn);

        var completed = await client.Event(Completed);
        Assert.Equal("[simulated transcript of 1.0 s of speech]", completed["transcript"]);
        Assert.Equal("10", completed["usage.input_token_details.audio_tokens"]);
    }

    [Fact]
    public async Task Models_billed_by_time_report_seconds()
    {
        await using var client = await Listening("[]", "gpt-transcribe");
        await client.HearAsync(OneTurn);

        Assert.Equal("""{"type":"duration","seconds":1}""", (await client.Event(Completed))["usage"]);
    }

    [Fact]
    public async Task Without_a_model_nothing_is_transcribed()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.HearAsync(OneTurn);
        await client.Event("rate_limits.updated");

        Assert.Empty(client.Log.Of(Completed));
    }
}
