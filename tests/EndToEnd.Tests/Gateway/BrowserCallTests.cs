using System.Text.Json;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>Calls from browsers through <c>serve</c>, on real WebSockets.</summary>
public sealed class BrowserCallTests
{
    private const string LongAnswer = """
        { "turns": [ { "asr": { "transcript": "one" }, "oob": { "text": "One." },
                       "answer": { "text": "A long answer.", "audio_ms": 20000 } },
                     { "asr": { "transcript": "two" }, "oob": { "text": "Two." }, "answer": { "text": "Short.", "audio_ms": 400 } } ] }
        """;

    [Fact]
    public async Task A_browser_has_the_sample_call_and_every_turn_is_recorded()
    {
        using var serve = await ServeProcess.StartAsync();
        using var call = await (await serve.CallAsync()).LiveAsync();
        var events = serve.EventsAsync(call.Id);

        await call.SpeakAsync(Sound.Wav("intake-call.wav"));
        await call.SendAsync("""{"type":"stop"}""");
        await PlayToTheEndAsync(call);

        Assert.Equal((1000, ""), await call.Closed.WaitAsync(HostProcess.Limit));
        var records = (await events).ConvertAll(e => e.Record);
        Assert.Equal(Enumerable.Range(1, records.Count).Select(number => (long)number), (await events).Select(e => e.Id));
        Assert.Equal("browser", records[0].Text("source"));
        Assert.False(records[0].TryGetProperty("remote_address", out var address) && address.ValueKind != JsonValueKind.Null);
        Assert.Equal(
            ["Hello there.", "My name is Dana Whitlock. W-H-I-T-L-O-C-K.", "My policy number is ABCD-1234.", "It was raining last night.",
            "A tree fell and broke the window of my garage.", "No, that is all."],
            records.Where(record => record.Text("type") == "turn").Select(turn => turn.GetProperty("oob").Text("text")));
        var summary = records[^1];
        Assert.Equal(("summary", "completed", "browser"), (summary.Text("type"), summary.Text("exit"), summary.Text("source")));
        Assert.Equal(6, summary.GetProperty("turns").GetInt32());
        Assert.Equal(0, summary.GetProperty("audio").GetProperty("dropped_ms").GetInt64());
        Assert.Equal(0, summary.GetProperty("audio").GetProperty("unplayed_ms").GetInt64());
        // What the browser played while it was told to stop is missing; a browser that was late plays much at once.
        Assert.InRange(
            summary.GetProperty("audio").GetProperty("played_ms").GetInt64(), call.PlayedMs - 300 - call.StalledMs, call.PlayedMs);
        Assert.True(call.ReceivedMs > 5000, $"{call.ReceivedMs} ms of the assistant's voice came");

        var list = await serve.GetAsync("/api/calls?state=ended");
        var only = Assert.Single(list.GetProperty("calls").EnumerateArray());
        Assert.Equal((call.Id, "ended", "browser", 6),
            (only.Text("id"), only.Text("state"), only.Text("source"), only.GetProperty("turns").GetInt32()));
        var detail = await serve.GetAsync($"/api/calls/{call.Id}");
        Assert.Equal(records.Count, detail.GetProperty("records").GetArrayLength());
    }

    [Fact]
    public async Task Speaking_over_the_assistant_clears_what_is_not_played_and_cuts_the_answer_where_the_browser_was()
    {
        await using var model = await TestCall.ServeAsync(LongAnswer);
        using var serve = await ServeProcess.StartAsync(model.Url);
        using var call = await (await serve.CallAsync()).LiveAsync();

        await call.SpeakAsync(TestCall.Pcm(1), plays: false);
        await SpeakUntilAsync(call, () => call.PlayedMs >= 720, plays: true);
        Assert.Equal(720, call.PlayedMs);
        await call.SpeakAsync(TestCall.Pcm(1), plays: false);
        await call.UntilAsync("clear");
        await call.SendAsync("""{"type":"stop"}""");
        await PlayToTheEndAsync(call);

        var answers = serve.Recorded(call.Id).Where(record => record.Text("type") == "assistant").ToList();
        Assert.Equal(("cancelled", 720), (answers[0].Text("status"), answers[0].GetProperty("heard_ms").GetInt64()));
        Assert.NotNull(answers[0].Text("heard_text"));
        var log = (await model.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.Equal("720", Assert.Single(log.Of("conversation.item.truncate"))["audio_end_ms"]);
        Assert.True(call.ReceivedMs < 10_000, $"{call.ReceivedMs} ms came, although only 720 ms were played");
    }

    [Fact]
    public async Task A_browser_whose_line_is_cut_has_its_turns_told_and_nobody_else_notices()
    {
        await using var model = await TestCall.ServeAsync(LongAnswer);
        using var serve = await ServeProcess.StartAsync(model.Url);
        using var other = await (await serve.CallAsync()).LiveAsync();
        using var call = await (await serve.CallAsync()).LiveAsync();
        var speaking = other.SpeakAsync(TestCall.Pcm(1));

        await call.SpeakAsync(TestCall.Pcm(1), plays: false);
        await SpeakUntilAsync(call, () => call.PlayedMs >= 400, plays: true);
        var played = call.PlayedMs;
        await SpeakUntilAsync(call, () => call.ReceivedMs >= 1000);
        call.Cut();
        var records = (await serve.EventsAsync(call.Id)).ConvertAll(e => e.Record);

        Assert.Equal("One.", Assert.Single(records, record => record.Text("type") == "turn").GetProperty("oob").Text("text"));
        var answer = Assert.Single(records, record => record.Text("type") == "assistant");
        Assert.Equal(played, answer.GetProperty("heard_ms").GetInt64());
        Assert.NotNull(answer.Text("heard_text"));
        Assert.Equal("completed", records[^1].Text("exit"));
        await speaking;
        Assert.False(other.Closed.IsCompleted);
        Assert.Equal(200, await serve.StatusAsync("/health/ready"));
    }

    [Fact]
    public async Task A_browser_that_reports_nothing_is_believed_to_play_what_it_gets()
    {
        await using var model = await TestCall.ServeAsync("""{ "turns": [ { "answer": { "text": "Yes.", "audio_ms": 1500 } } ] }""");
        using var serve = await ServeProcess.StartAsync(model.Url);
        using var call = await (await serve.CallAsync()).LiveAsync();

        await call.SpeakAsync(TestCall.Pcm(1), plays: false);
        await SpeakUntilAsync(call, () => call.ReceivedMs >= 1500);
        await call.SendAsync("""{"type":"stop"}""");
        await call.UntilAsync("ended");

        var answer = Assert.Single(serve.Recorded(call.Id), record => record.Text("type") == "assistant");
        Assert.Equal(1500, answer.GetProperty("heard_ms").GetInt64());
    }

    [Fact]
    public async Task A_browser_whose_microphone_is_muted_while_the_assistant_speaks_is_told_so()
    {
        await using var model = await TestCall.ServeAsync("""{ "turns": [ { "answer": { "text": "Yes.", "audio_ms": 600 } } ] }""");
        using var serve = await ServeProcess.StartAsync(model.Url, ["--echo", "mute"]);
        using var call = await (await serve.CallAsync()).LiveAsync();

        await call.SpeakAsync(TestCall.Pcm(1), plays: false);
        await SpeakUntilAsync(call, () => call.PlayedMs >= 600, plays: true);
        await call.UntilAsync("mute");
        await call.UntilAsync("unmute");
        await call.SendAsync("""{"type":"stop"}""");
        await call.UntilAsync("ended");

        var summary = (await serve.EventsAsync(call.Id))[^1].Record;
        Assert.InRange(summary.GetProperty("audio").GetProperty("muted_ms").GetInt64(), 500, long.MaxValue);
    }

    [Fact]
    public async Task A_recorded_call_has_the_sound_that_the_browser_played()
    {
        await using var model = await TestCall.ServeAsync("""{ "turns": [ { "answer": { "text": "Yes.", "audio_ms": 600 } } ] }""");
        using var serve = await ServeProcess.StartAsync(model.Url, ["--record", "audio", "--set", "serve.record-address=on"]);
        using var call = await (await serve.CallAsync()).LiveAsync();

        await call.SpeakAsync(TestCall.Pcm(1));
        await SpeakUntilAsync(call, () => call.PlayedMs >= 600, plays: true);
        await call.SendAsync("""{"type":"stop"}""");
        await call.UntilAsync("ended");

        var records = (await serve.EventsAsync(call.Id)).ConvertAll(e => e.Record);
        Assert.Equal("127.0.0.1", records[0].Text("remote_address"));
        using var wav = await serve.Http.GetAsync(new Uri($"/api/calls/{call.Id}/audio/output.wav", UriKind.Relative));
        Assert.Equal("audio/wav", wav.Content.Headers.ContentType!.MediaType);
        var samples = (await wav.Content.ReadAsByteArrayAsync())[44..];
        var loud = samples.Chunk(2 * 24).Count(ms => ms.AsSpan().ContainsAnyExcept((byte)0));
        Assert.InRange(loud, 560, 640);
        Assert.Equal(404, await serve.StatusAsync($"/api/calls/{call.Id}/audio/session.log"));
    }

    private static async Task PlayToTheEndAsync(BrowserClient call)
    {
        var ended = call.UntilAsync("ended");
        while (!ended.IsCompleted)
        {
            var more = call.MoreSound;
            await call.PlayAsync(10_000); // all that has come
            await Task.WhenAny(ended, more);
        }
        await call.CloseAsync();
        Assert.Equal("completed", (await ended).Text("exit"));
    }

    // A microphone never pauses: silence until a fact is there.
    private static async Task SpeakUntilAsync(BrowserClient call, Func<bool> isThere, bool plays = false)
    {
        for (var limit = 0; !isThere(); limit++)
        {
            Assert.True(limit < 500, "it did not come");
            await call.SpeakAsync(Sound.Silence(40), plays);
        }
    }
}
