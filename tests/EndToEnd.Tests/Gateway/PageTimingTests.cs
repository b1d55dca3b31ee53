using System.Globalization;
using RealtimeAkka.EndToEnd.Tests.VirtualDevices;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;
using static RealtimeAkka.EndToEnd.Tests.Gateway.PageTests;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>How fast the page of <c>serve</c> is: alone, since four processes share the machine already.</summary>
[Collection(SoundCollection.Name)]
public sealed class PageTimingTests(ITestOutputHelper output)
{
    [PageFact]
    public async Task Who_speaks_into_the_answer_silences_it_at_once_and_what_the_page_played_is_what_the_model_is_told()
    {
        await using var server = await TestCall.ServeAsync(LongAnswer);
        using var serve = await ServeAsync(server.Url);
        await using var chromium = await Chromium.StartAsync(
            TestCall.Wav([.. BeforeTheCall, .. Greeting, .. Sound.Silence(2800), .. Name, .. Sound.Silence(3000)]));
        using var delay = new MachineDelay();
        var page = await chromium.OpenAsync(serve.Url);
        var phone = await StartCallAsync(page);

        await Expect(phone).ToHaveAttributeAsync("data-interruptions", "1");
        var playedMs = await NumberAsync(phone, "data-interrupted-at-ms");
        var silentAfterMs = await NumberAsync(phone, "data-silent-after-ms");
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        var truncated = (await log.WaitAsync("conversation.item.truncate", HostProcess.Limit)).Json.GetProperty("audio_end_ms").GetInt64();
        output.WriteLine(
            $"Silent {silentAfterMs} ms after the first loud frame; the page played {playedMs} ms, the model was told {truncated} ms.");
        Assert.InRange(playedMs, 500, 7000);
        Assert.InRange(silentAfterMs, 0, 200 + delay.Longest);
        // The page reports every 50 ms and on being told to stop; the session truncates by the last report that it has.
        Assert.InRange(playedMs - truncated, 0, 100 + delay.Longest);
        var answer = page.Locator("[data-turn='1'] .answer");
        await Expect(answer).ToHaveAttributeAsync("data-status", "cancelled");
        await Expect(answer).ToHaveAttributeAsync("data-heard-ms", truncated.ToString(CultureInfo.InvariantCulture));
        await Expect(page.Locator("[data-turn='2'] [data-text='oob']")).ToHaveTextAsync("model two");
        Assert.Empty(chromium.Complaints);
    }
}
