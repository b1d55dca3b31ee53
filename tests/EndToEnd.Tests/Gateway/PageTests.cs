using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using RealtimeAkka.Protocol;
using static Microsoft.Playwright.Assertions;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>The page of <c>serve</c> in a real browser, whose microphone is a file.</summary>
public sealed partial class PageTests
{
    internal const string LongAnswer = """
        { "turns": [
            { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" },
              "answer": { "text": "An answer that nobody wants to hear to its end.", "audio_ms": 8000 } },
            { "asr": { "transcript": "asr two" }, "oob": { "text": "model two" }, "answer": { "text": "Yes?", "audio_ms": 200 } },
            { "answer": { "audio_ms": 200 } }, { "answer": { "audio_ms": 200 } }, { "answer": { "audio_ms": 200 } } ] }
        """;

    // The file begins when the microphone is opened, the call when the server is ready.
    internal static readonly byte[] BeforeTheCall = Sound.Silence(2000);

    // Spoken words, which the browser's noise suppression leaves as they are.
    internal static readonly byte[] Greeting = Spoken(0, 1000), Name = Spoken(2260, 1500);

    [PageFact]
    public async Task A_call_of_six_turns_shows_the_texts_of_the_records_and_plays_their_recording()
    {
        using var serve = await ServeAsync();
        await using var chromium = await Chromium.StartAsync(
            TestCall.Wav([.. BeforeTheCall, .. Sound.Wav("intake-call.wav"), .. Sound.Silence(2000)]));
        var page = await chromium.OpenAsync(serve.Url);
        var phone = await StartCallAsync(page);
        var id = await phone.GetAttributeAsync("data-call");

        for (var turn = 1; turn <= 6; turn++)
            await Expect(page.Locator($"[data-turn='{turn}'] [data-text='oob']")).Not.ToBeEmptyAsync();
        await page.ClickAsync("#end");
        await Expect(phone).ToHaveAttributeAsync("data-state", "ended");
        await Expect(page.Locator("#content")).ToHaveAttributeAsync("data-state", "ended");

        // The voice arrived, and it was no silence.
        Assert.InRange(await NumberAsync(phone, "data-loudest"), 0.02, 1);
        Assert.True(await NumberAsync(phone, "data-played-ms") > 0);
        Assert.Equal(0, await NumberAsync(phone, "data-dropped-ms"));

        var records = (await serve.GetAsync($"/api/calls/{id}")).GetProperty("records").EnumerateArray().ToList();
        Assert.InRange(records.Count(record => record.Text("type") == "turn"), 6, 12);
        foreach (var record in records.Where(record => record.Text("type") == "turn"))
        {
            var block = page.Locator($"[data-turn='{record.GetProperty("turn").GetInt32()}']");
            foreach (var method in (string[])["oob", "asr"])
            {
                var shown = await block.Locator($"[data-text='{method}']").TextContentAsync();
                Assert.Equal(record.GetProperty(method).Text("text") ?? "", shown);
            }
        }
        foreach (var record in records.Where(record => record.Text("type") == "assistant"))
        {
            var answer = page.Locator($"[data-answer='{record.Text("response_id")}'] [data-text='assistant']");
            Assert.Equal(record.Text("text"), await answer.TextContentAsync());
        }
        var summary = records[^1];
        await Expect(page.Locator("[data-cost='oob']")).ToHaveTextAsync(Usd(summary.GetProperty("oob")));
        await Expect(page.Locator("[data-cost='asr']")).ToHaveTextAsync(Usd(summary.GetProperty("asr")));

        await page.ClickAsync("[data-turn='4'] .play");
        var player = page.Locator(".player");
        await Expect(player).ToHaveAttributeAsync("data-state", "playing");
        await Expect(player).ToHaveAttributeAsync("data-turn", "4");
        var start = records.Single(record => record.Text("type") == "turn" && record.GetProperty("turn").GetInt32() == 4)
            .GetProperty("audio_start_ms").GetInt64();
        await page.WaitForFunctionAsync("start => Number(document.querySelector('.player').dataset.atMs) > start", start);
        Assert.Empty(chromium.Complaints);
    }

    [PageFact]
    public async Task Where_the_browser_does_not_run_at_24_kHz_both_directions_are_resampled()
    {
        await using var server = await TestCall.ServeAsync(LongAnswer);
        using var serve = await ServeAsync(server.Url);
        await using var chromium = await Chromium.StartAsync(TestCall.Wav([.. BeforeTheCall, .. Greeting, .. Sound.Silence(5000)]));
        const string Script = """
            const Context = AudioContext;
            window.AudioContext = class extends Context {
                constructor(options) {
                    if (options.sampleRate !== undefined) throw new DOMException('not at this rate', 'NotSupportedError');
                    super({ ...options, sampleRate: 48000 });
                }
            };
            """;
        var page = await chromium.OpenAsync(serve.Url, Script);
        var phone = await StartCallAsync(page);
        var id = await phone.GetAttributeAsync("data-call");
        await Expect(phone).ToHaveAttributeAsync("data-played-ms", OneSecond());
        Assert.InRange(await NumberAsync(phone, "data-loudest"), 0.02, 1);
        await page.ClickAsync("#end");
        await page.ClickAsync("#end"); // the answer is not waited for
        await Expect(phone).ToHaveAttributeAsync("data-state", "ended");

        var turn = (await serve.EventsAsync(id!)).Select(numbered => numbered.Record).First(record => record.Text("type") == "turn");
        // A word of 600 ms with 300 ms before it and 500 ms of silence after it: it has its own length, neither twice nor half of it.
        Assert.InRange(turn.GetProperty("audio_end_ms").GetInt64() - turn.GetProperty("audio_start_ms").GetInt64(), 1000, 1800);
        Assert.Empty(chromium.Complaints);
    }

    [PageFact]
    public async Task Closing_the_tab_ends_the_call_in_good_order_with_the_open_turn_told()
    {
        await using var server = await TestCall.ServeAsync("""
            { "turns": [ { "asr": { "transcript": "asr one", "delay_ms": 1000 }, "oob": { "text": "model one", "delay_ms": 1500 },
                "answer": { "text": "Good day.", "audio_ms": 3000 } } ] }
            """);
        using var serve = await ServeAsync(server.Url);
        await using var chromium = await Chromium.StartAsync(TestCall.Wav([.. BeforeTheCall, .. Greeting, .. Sound.Silence(5000)]));
        var page = await chromium.OpenAsync(serve.Url);
        var phone = await StartCallAsync(page);
        var id = await phone.GetAttributeAsync("data-call");
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await log.WaitAsync("input_audio_buffer.committed", HostProcess.Limit);
        await page.CloseAsync();

        var records = (await serve.EventsAsync(id!)).ConvertAll(numbered => numbered.Record);
        var turns = records.Where(record => record.Text("type") == "turn").ToList();
        Assert.Equal(log.Of("input_audio_buffer.committed").Count(), turns.Count);
        Assert.Equal(("model one", "asr one"), (turns[0].GetProperty("oob").Text("text"), turns[0].GetProperty("asr").Text("text")));
        Assert.Equal(("summary", "completed"), (records[^1].Text("type"), records[^1].Text("exit")));
    }

    [PageFact]
    public async Task Words_of_a_call_are_shown_as_they_are_in_any_script_and_never_become_markup()
    {
        const string Hostile = "<img src=x onerror=\"document.title='owned'\"> & <b>bold</b>";
        const string German = "Schöne Grüße aus Köln", Chinese = "我的车库窗户碎了";
        await using var server = await TestCall.ServeAsync($$"""
            { "defaults": { "asr_delay_ms": 10, "oob_delay_ms": 10, "answer_delay_ms": 10 }, "turns": [
                { "asr": { "transcript": {{JsonSerializer.Serialize(Hostile)}} }, "oob": { "text": "{{German}}" } },
                { "asr": { "transcript": "{{Chinese}}" }, "oob": { "text": "我的车库窗户破了" } }, {}, {}, {},
                { "answer": { "text": {{JsonSerializer.Serialize(Hostile)}}, "audio_ms": 50 } } ] }
            """);
        using var serve = await ServeAsync(server.Url);
        await using var chromium = await Chromium.StartAsync();
        var id = await serve.PostAsync("sample");
        var page = await chromium.OpenAsync(new Uri($"{serve.Url}#/calls/{id}"));

        await Expect(page.Locator("[data-turn='1'] [data-text='asr']")).ToHaveTextAsync(Hostile);
        await Expect(page.Locator("[data-turn='1'] [data-text='oob']")).ToHaveTextAsync(German);
        await Expect(page.Locator("[data-turn='2'] [data-text='asr']")).ToHaveTextAsync(Chinese);
        // Only the character that differs is marked.
        await Expect(page.Locator("[data-turn='2'] [data-text='asr'] mark")).ToHaveTextAsync("碎");
        // The last answer: the sample at full speed speaks into the others.
        await Expect(page.Locator("[data-turn='6'] [data-text='assistant']")).ToHaveTextAsync(Hostile);
        await Expect(page.Locator("#content").Locator("img, b:not(.keys b, .notices b, .tasks b), script")).ToHaveCountAsync(0);
        Assert.DoesNotContain("owned", await page.TitleAsync());
        await Expect(page.Locator("#content")).ToHaveAttributeAsync("data-state", "ended");

        foreach (var (scheme, width) in ((ColorScheme, int)[])[(ColorScheme.Light, 1440), (ColorScheme.Dark, 360)])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(width, 900);
            Assert.Empty((await page.RunAxe()).Violations.Select(violation => $"{scheme} {width}: {violation.Id}"));
            Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
        }
        Assert.Empty(chromium.Complaints);
    }

    [PageFact]
    public async Task A_lost_stream_is_resumed_behind_the_last_record_and_nothing_is_shown_twice()
    {
        await using var server = await TestCall.ServeAsync("{}");
        using var serve = await ServeAsync(server.Url);
        await using var chromium = await Chromium.StartAsync(TestCall.Wav([.. BeforeTheCall, .. Greeting, .. Sound.Silence(3000)]));
        var page = await chromium.OpenAsync(serve.Url);
        var resumed = new TaskCompletionSource<string?>();
        var requests = 0;
        await page.RouteAsync("**/events", async route =>
        {
            // The first stream breaks off behind a record that the page has never seen.
            if (Interlocked.Increment(ref requests) == 1)
            {
                const string Notice = """{"type":"notice","level":"info","code":"only_here","message":"before the loss"}""";
                await route.FulfillAsync(
                    new() { ContentType = "text/event-stream", Body = $"id: 1\ndata: {Notice}\n\nid: 2\ndata: {Notice}" });
                return;
            }
            resumed.TrySetResult(await route.Request.HeaderValueAsync("last-event-id"));
            await route.ContinueAsync();
        });
        await StartCallAsync(page);

        Assert.Equal("1", await resumed.Task.WaitAsync(HostProcess.Limit));
        await Expect(page.Locator("[data-turn='1'] [data-text='asr']")).Not.ToBeEmptyAsync();
        await Expect(page.Locator(".notices li b", new() { HasTextString = "only here" })).ToHaveCountAsync(1);
        await page.ClickAsync("#end");
        await Expect(page.Locator("#content")).ToHaveAttributeAsync("data-state", "ended");
    }

    [PageFact]
    public async Task A_full_server_and_a_refused_microphone_are_said_in_words()
    {
        await using var server = await TestCall.ServeAsync("{}");
        using var serve = await ServeAsync(server.Url, "--set", "serve.max-calls=1");
        await using var chromium = await Chromium.StartAsync();
        var first = await chromium.OpenAsync(serve.Url);
        await StartCallAsync(first);

        var second = await chromium.OpenAsync(serve.Url);
        await second.ClickAsync("#start");
        await Expect(second.Locator("#phone")).ToHaveAttributeAsync("data-state", "full");
        await Expect(second.Locator("#phone")).ToContainTextAsync("The server is full");

        var third = await chromium.OpenAsync(serve.Url, isMicrophoneAllowed: false);
        await third.ClickAsync("#start");
        await Expect(third.Locator("#phone")).ToHaveAttributeAsync("data-state", "refused");
        await Expect(third.Locator("#phone")).ToContainTextAsync("The microphone was refused");
    }

    [PageFact]
    public async Task A_token_in_the_fragment_is_used_and_does_not_stay_in_the_address()
    {
        await using var server = await TestCall.ServeAsync("{}");
        using var serve = await ServeProcess.StartAsync(
            server.Url, variables: new Dictionary<string, string> { ["REALTIME_AKKA_TOKEN"] = "only-we-know" });
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(serve.Url);
        await Expect(page.Locator("#token-dialog")).ToBeVisibleAsync();

        await page.GotoAsync($"{serve.Url}#/?token=only-we-know");
        await page.ReloadAsync();
        await Expect(page.Locator("#server")).ToHaveAttributeAsync("data-state", "ready");
        Assert.DoesNotContain("only-we-know", page.Url);
        await StartCallAsync(page);
        await page.ClickAsync("#end");
        await Expect(page.Locator("#phone")).ToHaveAttributeAsync("data-state", "ended");
    }

    // 1,000 ms or more.
    [GeneratedRegex(@"^\d{4,}$")]
    private static partial Regex OneSecond();

    internal static Task<ServeProcess> ServeAsync(Uri? model = null, params string[] args) =>
        ServeProcess.StartAsync(model, ["--record", "wire,audio", .. args]);

    internal static async Task<ILocator> StartCallAsync(IPage page)
    {
        await page.ClickAsync("#start");
        var phone = page.Locator("#phone");
        await Expect(phone).ToHaveAttributeAsync("data-state", "live");
        return phone;
    }

    internal static async Task<double> NumberAsync(ILocator element, string attribute) =>
        double.Parse((await element.GetAttributeAsync(attribute))!, CultureInfo.InvariantCulture);

    private static string Usd(JsonElement cost) => $"${cost.GetProperty("usd").GetDecimal().ToString("F6", CultureInfo.InvariantCulture)}";

    private static byte[] Spoken(int fromMs, int ms) =>
        Sound.Wav("intake-call.wav").AsSpan(fromMs * Pcm.BytesPerMillisecond, ms * Pcm.BytesPerMillisecond).ToArray();
}
