using System.Text;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using static Microsoft.Playwright.Assertions;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>The page of <c>sessions export --format html</c> as a file in a real browser, and what <c>--redact</c> leaves of a session.</summary>
public sealed class CallPageTests
{
    private const string Id = "s-20261127-090000-0123456789abcdef";
    private const string Markup = "</script><script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">";
    private const string Arabic = "رقم الطلب ٤١٥ من فضلك", Chinese = "我想报案，昨晚下雨了", German = "Grüße aus der Straße über dem Fluß", Override = "abc\u202Edef\e[2J";

    [PageFact]
    public async Task Hostile_words_stay_words_in_a_page_that_plays_and_prints_and_that_everybody_can_use()
    {
        var data = Session(
            [
                Turn(1, Markup, $"{Markup} more", Verdict.Conflict, 0), Answer(1, Markup, 900),
                Turn(2, Arabic, Arabic, Verdict.Agreed, 1700), Turn(3, Chinese, German, Verdict.Suspect, 2600), Answer(3, Override, 3400),
                new ToolCalled("s", "find", 3, "c", ResultStatus.Completed, JsonSerializer.SerializeToElement(Markup), Markup, null, "i"),
                new TaskCompleted("s", Markup, 3, ResultStatus.Completed, null,
                    JsonSerializer.SerializeToElement(new Dictionary<string, string> { [Markup] = Markup }), null, "full", 1, null, null, 0.1m, null, "i"),
            ]);
        var path = Path.Combine(data, "report.html");
        var export = await HostProcess.RunAsync(["sessions", "export", Id, "--format", "html", "--data", data]);
        Assert.Equal((0, ""), (export.ExitCode, export.Errors));
        File.WriteAllText(path, export.Output);

        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(new Uri(path));
        await Expect(page.Locator(".turn")).ToHaveCountAsync(3);
        await Expect(page.Locator("#turn-1 .oob .text")).ToHaveTextAsync(Markup);
        await Expect(page.Locator("#turn-1 .asr mark")).ToHaveTextAsync("more");
        await Expect(page.Locator("#turn-2 .oob .text")).ToHaveTextAsync(Arabic);
        Assert.Equal("rtl", await page.Locator("#turn-2 .oob .text").EvaluateAsync<string>("element => getComputedStyle(element).direction"));
        await Expect(page.Locator("#turn-3 .oob .text")).ToHaveTextAsync(Chinese);
        await Expect(page.Locator("#turn-3 .asr .text")).ToHaveTextAsync(German);
        await Expect(page.Locator("#turn-3 .tool .text b")).ToHaveTextAsync("find");
        await Expect(page.Locator(".value dt")).ToHaveTextAsync(Markup);
        await Expect(page.Locator("img, body > script + script")).ToHaveCountAsync(0);
        Assert.Equal($"{Id} - call report", await page.TitleAsync());
        Assert.False(await page.EvaluateAsync<bool>("/[\\u202e\\u001b]/.test(document.body.textContent)"));
        await Expect(page.Locator(".row-of-time a.spoken")).ToHaveCountAsync(3);
        await Expect(page.Locator(".voice")).ToHaveCountAsync(2);

        // The sound is part of the page and is played from a turn on.
        await Expect(page.Locator("audio")).ToHaveCountAsync(1);
        await Expect(page.Locator(".player output")).ToHaveTextAsync("0:00 / 0:05");
        await page.ClickAsync("#turn-3 .play");
        await Expect(page.Locator("#turn-3")).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("is-playing"));
        Assert.InRange(await page.Locator("audio").EvaluateAsync<double>("audio => audio.currentTime"), 2.6, 5.2);
        await page.Locator(".playback").PressAsync("Enter");
        await Expect(page.Locator(".playback")).ToHaveAccessibleNameAsync("Play");
        Assert.True(await page.Locator("audio").EvaluateAsync<bool>("audio => audio.paused"));

        await page.ClickAsync("[data-show='doubt']");
        await Expect(page.Locator(".turn:visible")).ToHaveCountAsync(2);
        // A link of the timeline shows what the filter hides.
        await page.Locator("a.spoken[href='#turn-2']").PressAsync("Enter");
        await Expect(page.Locator(".turn:visible")).ToHaveCountAsync(3);
        foreach (var (scheme, width) in ((ColorScheme, int)[])[(ColorScheme.Light, 1440), (ColorScheme.Dark, 400)])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(width, 900);
            var violations = (await page.RunAxe()).Violations;
            Assert.Empty(violations.Select(violation => $"{scheme} {width}: {violation.Id} {violation.Nodes[0].Html}"));
            Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
        }
        var pdf = await page.PdfAsync(new() { Format = "A4" });
        Assert.Equal("%PDF"u8, pdf.AsSpan(0, 4));
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.Locator(".player, .play, .filter").Filter(new() { Visible = true })).ToHaveCountAsync(0);
        Assert.Empty(chromium.Complaints);
    }

    [PageFact]
    public async Task A_page_that_refers_to_the_recording_plays_both_files_at_once()
    {
        var data = Session([Turn(1, "Hello there", "Hello there", Verdict.Agreed, 300)]);
        var export = await HostProcess.RunAsync(["sessions", "export", "last", "--format", "html", "--sound", "link", "--data", data]);
        // The addresses are those of the process's directory, which is this one's.
        var path = Path.Combine(Environment.CurrentDirectory, $"{Guid.NewGuid():N}.html");
        try
        {
            File.WriteAllText(path, export.Output);
            await using var chromium = await Chromium.StartAsync();
            var page = await chromium.OpenAsync(new Uri(path));
            await Expect(page.Locator("audio")).ToHaveCountAsync(2);
            await Expect(page.Locator(".player output")).ToHaveTextAsync("0:00 / 0:05");
            await page.ClickAsync("#turn-1 .play");
            await Expect(page.Locator("#turn-1")).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("is-playing"));
            Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('audio')].every(audio => audio.currentTime >= 0.3)"));
            Assert.Empty(chromium.Complaints);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("md")]
    [InlineData("srt")]
    [InlineData("vtt")]
    [InlineData("csv")]
    [InlineData("html")]
    public async Task A_redacted_export_has_no_name_no_number_and_no_sound(string format)
    {
        var data = Session(
            [
                Turn(1, "I am Dana Whitlock, 0175 5556677.", "i am dana witlock zero one seven five", Verdict.Conflict, 0),
                Answer(1, "Thank you, Dana. Codename zebra.", 900),
            ]);
        File.WriteAllText(Path.Combine(data, "own.conf"), "realtime.export.redact.patterns = \"zeb[a-z]+\"");
        string[] args = ["sessions", "export", "last", "--data", data, "--format", format];
        var plain = await HostProcess.RunAsync(args);
        Assert.Contains("Dana", plain.Output, StringComparison.Ordinal);
        var export = await HostProcess.RunAsync([.. args, "--redact", "--sound", "embed", "--config", Path.Combine(data, "own.conf"), "--redact-pattern", "(?i)codename"]);
        Assert.Equal((0, ""), (export.ExitCode, export.Errors));
        Assert.All(
            (string[])["Dana", "dana", "hitlock", "witlock", "5556677", "0175", "zero", "zebra", "odename", "data:audio", "<audio"],
            secret => Assert.DoesNotContain(secret, export.Output, StringComparison.Ordinal));
        Assert.Contains("name", export.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_is_none_or_takes_too_long_exports_nothing_and_is_one_line()
    {
        var data = Session([Turn(1, new string('a', 60) + "!", "x", Verdict.Conflict, 0)]);
        foreach (var (pattern, complaint) in new[]
        {
            ("(", "error: --redact-pattern is '('; it must be a regular expression ("),
            ("^(a+)+$", "error: --redact: the pattern '^(a+)+$' takes more than 1 s on a text of this session; write a simpler one."),
        })
        {
            var export = await HostProcess.RunAsync(["sessions", "export", "last", "--data", data, "--redact-pattern", pattern]);
            Assert.Equal((2, ""), (export.ExitCode, export.Output));
            Assert.StartsWith(complaint, Assert.Single(export.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    private static TurnJoined Turn(int number, string oob, string asr, Verdict verdict, long at) => new(
        Id, number, new ItemId($"item_{number}"), "vad", at, at + 800,
        new OutOfBandTranscript(ResultStatus.Completed, oob, null, "full", 1, 400, null, 0.004m, null),
        new AsrTranscript(ResultStatus.Completed, asr, "gpt-transcribe", 200, null, 0.0002m, null), null, [])
    {
        Verdict = verdict, Confidence = 1, Words = oob, StartedMs = at, EndedMs = at + 800,
    };

    private static AssistantReplied Answer(int turn, string text, long at) =>
        new(Id, new ResponseId($"resp_{turn}"), turn, null, "completed", text, 600, null, 0.01m, null) { StartedMs = at };

    private static string Session(IEnumerable<SessionRecord> records)
    {
        var data = TestFolder.New().FullName;
        var folder = Directory.CreateDirectory(Path.Combine(data, Id)).FullName;
        File.WriteAllText(Path.Combine(folder, "session.log"), "");
        File.WriteAllText(
            Path.Combine(folder, "turns.jsonl"), string.Concat(records.Select(record => Encoding.UTF8.GetString(RecordCodec.Encode(record)) + "\n")));
        File.WriteAllBytes(Path.Combine(folder, "summary.json"), RecordCodec.Encode(new SessionSummary(
            Id, 3, new(0.012m, 0.004m), new(0.0006m, 0.0002m), new(0.02m), TaskCosts.None, 0.0326m, 20, [], 0, null, [new("last", 0.009m)],
            new AudioFigures(5000, 0, 0, 1200), 5100, 0, "completed")));
        File.Copy(TestCall.Wav(TestCall.Pcm(3)), Path.Combine(folder, "input.wav"));
        File.Copy(TestCall.Wav([.. Sound.Silence(900), .. Sound.Speech(600)]), Path.Combine(folder, "output.wav"));
        return data;
    }
}
