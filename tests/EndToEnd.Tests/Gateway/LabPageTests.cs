using System.Collections.Immutable;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Lab;
using RealtimeAkka.Lab;
using static Microsoft.Playwright.Assertions;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>The page of the lab as a file in a real browser.</summary>
public sealed class LabPageTests
{
    private const string Markup = "</script><script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">";
    private const string Arabic = "رقم الطلب ٤١٥ من فضلك", Override = "abc\u202Edef\e[2J";

    [PageFact]
    public async Task Hostile_words_stay_words_in_a_page_that_everybody_can_use()
    {
        var endless = string.Concat(Enumerable.Repeat("abcdefghij", 1000));
        var folder = TestFolder.New().FullName;
        var sound = Path.Combine(folder, "a.wav");
        File.Copy(TestCall.Wav(TestCall.Pcm(1)), sound);
        GoldenTurn Turn(int number, string reference, string? language = null, params string[] entities) =>
            new(sound, number, reference) { Name = "a.wav", Language = language, Entities = [.. entities] };
        GoldenTurn[] turns =
            [Turn(1, Markup, null, Markup), Turn(2, Arabic, "ar", "٤١٥"), Turn(3, endless), Turn(4, "as it was said", "en")];
        VariantAnswer Answer(string variant, GoldenTurn turn, string? text) =>
            new(variant, turn, 1, text) { Usd = 0.01m, ColdUsd = 0.02m, LatencyMs = 300 };
        var figures = LabFigures.Of(
            [
                .. turns.Select(turn => Answer(Markup, turn, turn.Turn == 2 ? Override : turn.Reference)),
                .. turns.Select(turn => Answer(
                    "b", turn, turn.Turn switch { 3 => null, 4 => turn.Reference, _ => $"{Markup} {turn.Reference} more" }) with
                    { Error = Markup }),
            ],
            HearingSettings.Default);
        var path = Path.Combine(folder, "report.html");
        LabPage.Write(path, figures, new(Markup, DateTimeOffset.UnixEpoch)
        {
            Sound = turn => new LabSounds(folder).Of(turn),
            Prompts = ImmutableDictionary<string, string>.Empty.Add("b", Markup + endless),
        });

        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(new Uri(path));
        await Expect(page.Locator(".turn")).ToHaveCountAsync(4);
        await Expect(page.Locator("#turn-1 .text").First).ToHaveTextAsync(Markup);
        await Expect(page.Locator("#turn-2 .text").First).ToHaveTextAsync(Arabic);
        Assert.Equal(
            "rtl", await page.Locator("#turn-2 .text").First.EvaluateAsync<string>("element => getComputedStyle(element).direction"));
        await Expect(page.Locator("#turn-3 .text").First).ToHaveTextAsync(endless);
        await Expect(page.Locator("img, body > script + script")).ToHaveCountAsync(0);
        Assert.Equal($"{Markup} - prompt lab", await page.TitleAsync());
        Assert.False(await page.EvaluateAsync<bool>("/[\\u202e\\u001b]/.test(document.body.textContent)"));

        // The sound is part of the page, and it is a sound.
        var seconds = await page.Locator("#turn-1 audio").EvaluateAsync<double>("""
            audio => new Promise(done => {
                audio.onloadedmetadata = () => done(audio.duration);
                audio.onerror = () => done(-1);
                audio.load();
            })
            """);
        Assert.InRange(seconds, 1.6, 1.8);

        await page.ClickAsync("[data-show='wrong']");
        await Expect(page.Locator(".turn:visible")).ToHaveCountAsync(3);
        await page.ClickAsync("[data-show='all']");
        await Expect(page.Locator(".turn:visible")).ToHaveCountAsync(4);
        foreach (var (scheme, width) in ((ColorScheme, int)[])[(ColorScheme.Light, 1440), (ColorScheme.Dark, 360)])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(width, 900);
            var violations = (await page.RunAxe()).Violations;
            Assert.Empty(violations.Select(violation => $"{scheme} {width}: {violation.Id} {violation.Nodes[0].Html}"));
            Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
        }
        Assert.Empty(chromium.Complaints);
    }
}
