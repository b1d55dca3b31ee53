using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>The system's Chromium with a WAV file as its microphone.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string? Program =
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in new[] { "chromium", "chromium-browser", "google-chrome" }
         let file = Path.Combine(folder, name)
         where File.Exists(file)
         select file).FirstOrDefault();

    private readonly IPlaywright _driver;
    private readonly IBrowser _browser;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Chromium(IPlaywright driver, IBrowser browser) => (_driver, _browser) = (driver, browser);

    /// <summary>Why tests in the browser are skipped; null: they are not.</summary>
    public static string? Missing =>
        Program is null ? "Chromium is not installed (apt-get install chromium): the page is not tested in a browser." : null;

    /// <summary>Errors of all pages and violations of its content security policy.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Starts the browser. <paramref name="microphone"/>: a WAV file that is played again and
    /// again, from when a page opens it: what is said before the call is ready is said once more. Null: silence.</summary>
    public static async Task<Chromium> StartAsync(string? microphone = null)
    {
        var driver = await Playwright.CreateAsync();
        var browser = await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args =
            [
                "--no-sandbox", "--use-fake-device-for-media-stream",
                $"--use-file-for-fake-audio-capture={microphone ?? TestCall.Wav(Sound.Silence(1000))}",
            ],
        });
        Assertions.SetDefaultExpectTimeout((float)HostProcess.Limit.TotalMilliseconds);
        return new Chromium(driver, browser);
    }

    /// <summary>A page of a visitor of its own.</summary>
    public async Task<IPage> OpenAsync(Uri address, string? script = null, bool isMicrophoneAllowed = true)
    {
        var context = await _browser.NewContextAsync(new() { Permissions = isMicrophoneAllowed ? ["microphone"] : [] });
        context.SetDefaultTimeout((float)HostProcess.Limit.TotalMilliseconds);
        if (script is not null) await context.AddInitScriptAsync(script);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            // A call without a recording answers 404, which Chromium logs.
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal)) _complaints.Enqueue(message.Text);
        };
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _driver.Dispose();
    }
}
