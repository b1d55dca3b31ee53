using System.Diagnostics;

namespace RealtimeAkka.TestSupport;

/// <summary>A terminal of a given size, by tmux: what it shows can be read, keys can be pressed, and its window can be resized.</summary>
internal sealed class TmuxTerminal : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(30);

    private readonly string _socket = Path.Combine(TestFolder.New().FullName, "tmux");

    private TmuxTerminal()
    {
    }

    /// <summary>Why there is none; null: tmux is installed.</summary>
    public static string? Missing { get; } = OperatingSystem.IsLinux() && File.Exists("/usr/bin/tmux") ? null : "tmux is not installed";

    /// <summary>The process that reads the terminal.</summary>
    public int Reader => int.Parse(Tmux("display-message", "-p", "#{pid}"));

    /// <summary>Whether the alternate screen, the cursor, the line break at the edge and the keypad's application mode are on.</summary>
    public string Modes =>
        Tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{wrap_flag} #{keypad_flag} #{keypad_cursor_flag}").Trim();

    /// <summary>Runs a shell command in a terminal of this size.</summary>
    public static TmuxTerminal Run(string command, int width, int height, IReadOnlyDictionary<string, string>? variables = null)
    {
        var terminal = new TmuxTerminal();
        terminal.Tmux([
            "-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", $"{height}",
            .. (variables ?? new Dictionary<string, string>()).SelectMany(one => (string[])["-e", $"{one.Key}={one.Value}"]), "sh", "-c",
            command + "; exec cat"]); // what was shown stays
        terminal.Tmux("set-option", "-g", "status", "off");
        terminal.Tmux("resize-window", "-x", $"{width}", "-y", $"{height}"); // the status line had one
        return terminal;
    }

    /// <summary>What is on the screen; <paramref name="styled"/>: with the sequences of its colours.</summary>
    public string Screen(bool styled = false) => Tmux(["capture-pane", "-p", .. styled ? (string[])["-e"] : []]);

    /// <summary>Presses keys, as tmux names them.</summary>
    public void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    /// <summary>Gives the window another size.</summary>
    public void Resize(int width, int height) => Tmux("resize-window", "-x", $"{width}", "-y", $"{height}");

    /// <summary>Waits until the screen shows something.</summary>
    public Task<string> ShowsAsync(string text) => ShowsAsync(screen => screen.Contains(text, StringComparison.Ordinal), text);

    /// <summary>The same for any condition; <paramref name="what"/> names it.</summary>
    public async Task<string> ShowsAsync(Func<string, bool> condition, string what)
    {
        for (var started = Stopwatch.StartNew(); started.Elapsed < HostProcess.Limit;)
        {
            var screen = Screen();
            if (condition(screen)) return screen;
            await Task.Delay(BetweenLooks);
        }
        throw new TimeoutException($"The terminal never shows {what}:\n{Screen()}");
    }

    /// <inheritdoc/>
    public void Dispose() => Tmux("kill-server");

    private string Tmux(params string[] args)
    {
        var start = new ProcessStartInfo("tmux", ["-S", _socket, .. args])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("OPENAI_API_KEY");
        start.Environment.Remove("TMUX");
        using var tmux = Process.Start(start)!;
        var said = tmux.StandardOutput.ReadToEnd();
        tmux.WaitForExit();
        return said;
    }
}
