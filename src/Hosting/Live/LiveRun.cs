using System.Globalization;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Live;

/// <summary>The live view of one run: its screen, its keys, and the summary that is printed when the screen is gone.</summary>
internal sealed class LiveRun : IAsyncDisposable
{
    private readonly StringWriter _summary = new(CultureInfo.InvariantCulture);
    private readonly Stream _stdout;
    private readonly TextWriter _errors;
    private readonly LiveKeys? _keys;

    private LiveRun(RunPlan plan, string input, bool costs, Stream stdout, TextWriter errors, TimeProvider clock)
    {
        (_stdout, _errors) = (stdout, errors);
        var hasKeys = !Console.IsInputRedirected;
        _keys = hasKeys ? new LiveKeys() : null;
        var view = new LiveView(TimeSpan.Zero)
        {
            Input = ScreenText.Safe(input), Budget = plan.Session.Ledger.Budget, HasKeys = hasKeys,
            IsPushToTalk = hasKeys && plan.Session.Mic.ManualSilence is not null && plan.Input is InputPlan.Microphone,
        };
        var text = TerminalText.For(redirected: false);
        Screen = new LiveScreen(stdout, Size, view, text.Colors, clock);
        Sinks = [Screen, new TextSink(_summary, Console.IsErrorRedirected ? errors : TextWriter.Null, text, costs, onlySummary: true)];
    }

    /// <summary>What is shown.</summary>
    public LiveScreen Screen { get; }

    /// <summary>Take the records of the session.</summary>
    public IReadOnlyList<IRecordSink> Sinks { get; }

    /// <summary>Ends a turn; null: there are no keys.</summary>
    public IPushToTalkKey? Key => _keys;

    /// <summary>Takes over the terminal. Null if it cannot show a live view: one line on <paramref name="errors"/> says why.</summary>
    public static LiveRun? Open(RunPlan plan, string input, bool isJson, bool costs, Stream stdout, TextWriter errors, TimeProvider clock)
    {
        var isRedirected = Console.IsOutputRedirected;
        var size = isRedirected ? default : Size();
        var term = Environment.GetEnvironmentVariable("TERM");
        if (LiveTerminal.Refusal(isJson, isRedirected, term, LiveTerminal.Size(size.Width, size.Height)) is not { } reason)
            return new LiveRun(plan, input, costs, stdout, errors, clock);
        errors.WriteLine($"note: no live view, because {TerminalText.Line(reason)}.");
        return null;
    }

    /// <summary>The keys have an effect from now on.</summary>
    public void Listen(Action<MicControl> control, Action end) => _keys?.Start(key =>
    {
        switch (key)
        {
            case LiveKey.Mute:
                control(MicControl.ToggleMute);
                break;
            case LiveKey.Device:
                control(MicControl.NextDevice);
                break;
            case LiveKey.End:
                end();
                break;
            case LiveKey.Help:
                Screen.Change(view => view with { ShowsHelp = !view.ShowsHelp });
                break;
        }
    });

    /// <summary>
    /// Gives the terminal back, and prints what stays on it: the warnings and the summary. False: the terminal takes nothing, so neither is
    /// printed.
    /// </summary>
    public async Task<bool> CloseAsync()
    {
        if (!await Screen.CloseAsync().ConfigureAwait(false)) return false;
        if (!Console.IsErrorRedirected)
        {
            foreach (var notice in Screen.View.Notices.Where(notice => notice.Level > NoticeLevel.Info))
                await _errors.WriteLineAsync($"{notice.Level.ToString().ToLowerInvariant()}: {notice.Text}").ConfigureAwait(false);
        }
        await using var output = new StreamWriter(_stdout, leaveOpen: true);
        await output.WriteAsync(_summary.ToString()).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Screen.DisposeAsync();

    private static (int Width, int Height) Size()
    {
        try
        {
            return (Console.WindowWidth, Console.WindowHeight);
        }
        catch (IOException)
        {
            return default;
        }
    }
}
