using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>The live view of the program as shipped, on a real terminal.</summary>
public sealed partial class LiveViewTests
{
    private static readonly IReadOnlyDictionary<string, string> Key = new Dictionary<string, string> { ["OPENAI_API_KEY"] = "test" };

    [TerminalFact]
    public async Task A_call_is_shown_the_keys_work_and_the_terminal_is_left_as_it_was()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var folder = TestFolder.New().FullName;
        using var terminal = TmuxTerminal.Run(Script(server.Url, folder, TestCall.Pcm(3)), 80, 24, Key);
        await terminal.ShowsAsync("asr one");
        terminal.Press("m");
        var muted = await terminal.ShowsAsync("muted by you");
        Assert.Contains("model  model one", muted, StringComparison.Ordinal);
        Assert.Contains("● connected", muted, StringComparison.Ordinal);
        Assert.Contains("m unmute", muted, StringComparison.Ordinal);
        AssertFrames(muted, 80);
        Assert.Equal("1 0 0", terminal.Modes[..5]);

        terminal.Press("d");
        await terminal.ShowsAsync("There is no other microphone");
        terminal.Press("?");
        await terminal.ShowsAsync("use the next microphone");
        terminal.Press("?", "m");
        await terminal.ShowsAsync("asr two");
        terminal.Press("q");
        var after = await terminal.ShowsAsync("ended with 0");

        Assert.Contains("=== Session summary ===", after, StringComparison.Ordinal);
        Assert.DoesNotContain("╭", after, StringComparison.Ordinal);
        Assert.Equal("0 1 1 0 0", terminal.Modes);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "before")), File.ReadAllText(Path.Combine(folder, "after")));
    }

    [TerminalFact]
    public async Task A_window_that_changes_its_size_is_drawn_anew()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        using var terminal = TmuxTerminal.Run(Script(server.Url, TestFolder.New().FullName, TestCall.Pcm(3)), 80, 24, Key);
        await terminal.ShowsAsync("asr one");
        terminal.Press("m");
        await terminal.ShowsAsync("muted by you");

        foreach (var (width, height) in ((int, int)[])[(120, 40), (40, 20), (20, 5), (80, 24)])
        {
            terminal.Resize(width, height);
            var screen = await terminal.ShowsAsync(
                screen => screen.TrimEnd().Split('\n') is var lines && lines.Length == height
                && lines[^1].Contains("e end", StringComparison.Ordinal) && lines[0].TrimEnd().Length <= width && lines[0].Contains("connected", StringComparison.Ordinal), $"{width} x {height}");
            AssertFrames(screen, width);
        }
        terminal.Press("e");
        await terminal.ShowsAsync("ended with 0");
    }

    [TerminalFact]
    public async Task Signals_leave_the_terminal_as_it_was()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var folder = TestFolder.New().FullName;
        var once = Script(server.Url, folder, TestCall.Pcm(1));
        using var terminal = TmuxTerminal.Run($"{once}; echo; {once}", 80, 24, Key);
        await terminal.ShowsAsync("● connected");
        terminal.Press("m");
        await terminal.ShowsAsync("muted by you");
        terminal.Press("C-c");
        await terminal.ShowsAsync("ended with 0");
        await terminal.ShowsAsync("● connected");
        terminal.Press("m");
        await terminal.ShowsAsync("muted by you");
        Kill("TERM", int.Parse(File.ReadAllText(Path.Combine(folder, "pid")), CultureInfo.InvariantCulture));
        await terminal.ShowsAsync(screen => Ended().Count(screen) == 2, "two ends");

        Assert.Equal("0 1 1 0 0", terminal.Modes);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "before")), File.ReadAllText(Path.Combine(folder, "after")));
    }

    [TerminalFact]
    public async Task A_terminal_that_nobody_reads_delays_no_turn()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var folder = TestFolder.New().FullName;
        using var terminal = TmuxTerminal.Run(Script(server.Url, folder, TestCall.Pcm(3)), 120, 40, Key);
        await terminal.ShowsAsync("● connected");
        var reader = terminal.Reader;
        Kill("STOP", reader);
        try
        {
            var summary = await WrittenAsync(folder, "summary.json");
            Assert.Contains("\"turns\":3", summary, StringComparison.Ordinal);
            await WrittenAsync(folder, "../exit"); // and the program ends
        }
        finally
        {
            Kill("CONT", reader);
        }
        // A sequence that was cut off takes the first letter with it.
        Assert.Contains("nded with 5", await terminal.ShowsAsync("nded with"), StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task Without_colours_differing_words_are_underlined()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        using var terminal = TmuxTerminal.Run(
            Script(server.Url, TestFolder.New().FullName, TestCall.Pcm(1)), 80, 24,
            new Dictionary<string, string>(Key) { ["NO_COLOR"] = "1" });
        await terminal.ShowsAsync("asr one");
        var styled = terminal.Screen(styled: true);
        terminal.Press("q");
        await terminal.ShowsAsync("ended with 0");

        Assert.DoesNotMatch(Color(), styled);
        Assert.Matches(Underlined(), styled);
    }

    [Theory]
    [InlineData("--ui", "text", "")]
    [InlineData("--ui", "live", "note: no live view, because stdout is no terminal.")]
    public async Task What_is_redirected_is_text(string option, string ui, string note)
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var result = await HostProcess.RunAsync(
            [.. Arguments(server.Url, "{data}", TestCall.Pcm(1)), "--pace", "fast", option, ui], key: "test");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("[client] Speech detected; streaming...\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", result.Output, StringComparison.Ordinal);
        Assert.Equal(note, result.Errors.Trim());
    }

    [Theory]
    [InlineData("dumb", "TERM=dumb takes lines only")]
    [InlineData("xterm", null)]
    public async Task A_terminal_without_a_size_is_taken_for_one_of_80_by_24_and_a_dumb_one_gets_text(string term, string? note)
    {
        if (TmuxTerminal.Missing is not null) return; // Linux only, as script is
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        using var host = HostProcess.StartOnTerminal(
            [.. Arguments(server.Url, "{data}", TestCall.Pcm(1)), "--ui", "live"], "test",
            new Dictionary<string, string> { ["TERM"] = term });
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        if (note is not null) Assert.Contains(note, result.Output, StringComparison.Ordinal);
        Assert.Equal(note is null, result.Output.Contains("\e[24;1H", StringComparison.Ordinal));
        Assert.DoesNotContain("\e[25;1H", result.Output, StringComparison.Ordinal);
        Assert.Equal(note is null, !result.Output.Contains("=== User turn 1", StringComparison.Ordinal));
        Assert.Contains("=== Session summary ===", result.Output, StringComparison.Ordinal);
    }

    // Runs the program and says how it ended; the settings of the terminal before and after are kept.
    private static string Script(Uri url, string folder, byte[] pcm) =>
        $"trap : INT; stty -a > {folder}/before; " +
        $"sh -c 'echo $$ > {folder}/pid; exec \"$@\"' sh {Command(Arguments(url, folder, pcm))} --ui live; " +
        $"code=$?; echo $code > {folder}/exit; echo ended with $code; stty -a > {folder}/after";

    private static string[] Arguments(Uri url, string data, byte[] pcm) =>
        ["run", "--url", url.ToString(), "--input", TestCall.Wav(pcm), "--output", "null", "--data", data, "--set", "turns.settle=400 ms"];

    private static string Command(IEnumerable<string> args) => string.Join(
        ' ', ((string[])["dotnet", Path.Combine(AppContext.BaseDirectory, "realtime-akka.dll"), .. args]).Select(word => $"'{word}'"));

    private static void Kill(string signal, int process) => Process.Start("kill", [$"-{signal}", $"{process}"])!.WaitForExit();

    private static async Task<string> WrittenAsync(string folder, string file)
    {
        for (var started = Stopwatch.StartNew(); started.Elapsed < HostProcess.Limit;)
        {
            if (Directory.GetDirectories(folder, "s-*") is [var session] && Path.Combine(session, file) is var path && File.Exists(path)
                && File.ReadAllText(path) is { Length: > 0 } text) return text;
            await Task.Delay(TimeSpan.FromMilliseconds(30));
        }
        throw new TimeoutException($"{file} was never written");
    }

    // Each frame has its four corners, and the right side stands under the corner.
    private static void AssertFrames(string screen, int width)
    {
        foreach (var line in screen.Split('\n'))
        {
            Assert.True(line.Length <= width, line);
            Assert.Equal(line.Count(letter => letter == '╭'), line.Count(letter => letter == '╮'));
            Assert.Equal(line.Count(letter => letter == '╰'), line.Count(letter => letter == '╯'));
            Assert.Equal(0, line.Count(letter => letter == '│') % 2);
            if (line.StartsWith('│')) Assert.Equal(width, line.Length);
        }
    }

    [GeneratedRegex(@"\e\[([0-9]+;)*(3[0-7]|4[0-7]|9[0-7]|38|48)[;m]")]
    private static partial Regex Color();

    [GeneratedRegex(@"\e\[([0-9]+;)*4m(\e\[[0-9;]*m)*(model|asr)")]
    private static partial Regex Underlined();

    [GeneratedRegex("ended with [0-9]+")]
    private static partial Regex Ended();
}
