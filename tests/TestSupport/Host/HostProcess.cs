using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Invariants;

namespace RealtimeAkka.TestSupport;

/// <summary>The program as shipped, in its own process with its own data folder.</summary>
internal sealed class HostProcess : IDisposable
{
    /// <summary>Time limit of every wait, far above what any test needs on any machine, so that a hang ends the test.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly StringBuilder _output = new();
    private readonly DirectoryInfo _data;
    private bool _isClosed; // nobody reads the program's stdout any more

    private HostProcess(Process process, DirectoryInfo data)
    {
        (_process, _data) = (process, data);
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The data folder: one subfolder per recorded session.</summary>
    public string Data => _data.FullName;

    /// <summary>The process id, for signals.</summary>
    public int Id => _process.Id;

    /// <summary>Current memory in use, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>
    /// Starts <c>realtime-akka ARGS</c>, or another <paramref name="program"/> built on it. The environment has no key without
    /// <paramref name="key"/>, and no sound devices unless <paramref name="variables"/> name a sound server.
    /// </summary>
    public static HostProcess Start(
        IEnumerable<string> args, string? key = null, byte[]? stdin = null, IReadOnlyDictionary<string, string>? variables = null,
        string program = "realtime-akka")
    {
        var host = Launch(args, key, variables, program);
        _ = host.FeedAsync(stdin ?? []);
        return host;
    }

    /// <summary>Starts a fast session whose input is what <see cref="SpeakAsync"/> writes, until <see cref="HangUp"/>.</summary>
    public static HostProcess StartOnPipe(Uri url, IEnumerable<string> args, string record = "wire", string data = "{data}") =>
        Launch(SessionArguments(url, ["--input", "-", .. args], record: record, data: data), key: "test");

    private static HostProcess Launch(
        IEnumerable<string> args, string? key, IReadOnlyDictionary<string, string>? variables = null, string program = "realtime-akka")
    {
        var data = TestFolder.New();
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{program}.dll"));
        foreach (var arg in args) start.ArgumentList.Add(arg.Replace("{data}", data.FullName, StringComparison.Ordinal));
        start.Environment.Remove("OPENAI_API_KEY");
        start.Environment["PULSE_SERVER"] = "unix:/nowhere";
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        if (key is not null) start.Environment["OPENAI_API_KEY"] = key;

        return new HostProcess(Process.Start(start)!, data);
    }

    /// <summary>
    /// Starts the program on a terminal (made by <c>script</c>, util-linux): stdout and stderr arrive together,
    /// as on a screen.
    /// </summary>
    public static HostProcess StartOnTerminal(IEnumerable<string> args, string key, IReadOnlyDictionary<string, string> variables)
    {
        var data = TestFolder.New();
        var command = (string[])["dotnet", Path.Combine(AppContext.BaseDirectory, "realtime-akka.dll"), .. args];
        var start = new ProcessStartInfo(
            "script", ["--quiet", "--return", "--flush", "--command",
            string.Join(' ', command.Select(word => $"'{word.Replace("{data}", data.FullName, StringComparison.Ordinal)}'")), "/dev/null"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment["OPENAI_API_KEY"] = key;
        return new HostProcess(Process.Start(start)!, data);
    }

    /// <summary>Writes PCM16 mono 24 kHz into the pipe.</summary>
    public async Task SpeakAsync(byte[] pcm)
    {
        await _process.StandardInput.BaseStream.WriteAsync(pcm);
        await _process.StandardInput.BaseStream.FlushAsync();
    }

    /// <summary>Ends the input.</summary>
    public void HangUp() => _process.StandardInput.Close();

    /// <summary>Presses Enter.</summary>
    public async Task PressEnterAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<HostResult> RunAsync(IEnumerable<string> args, string? key = null, byte[]? stdin = null)
    {
        using var host = Start(args, key, stdin);
        return await host.EndAsync();
    }

    /// <summary>Runs one fast session to its end, with <c>--json</c>, recorded in its own folder, and judges it.</summary>
    public static Task<HostResult> SessionAsync(
        Uri url, IEnumerable<string> args, string? key = "test", byte[]? stdin = null, string pace = "fast") =>
        RunAsync(SessionArguments(url, args, pace), key, stdin);

    /// <summary>The arguments of a fast session.</summary>
    public static IEnumerable<string> SessionArguments(Uri url, IEnumerable<string> args, string pace = "fast", string record = "wire", string data = "{data}") =>
        ["run", "--json", "--url", url.ToString(), "--output", "null", "--pace", pace, "--data", data, "--record", record, "--set",
        "playback.speed=100", "--set", "turns.settle=400 ms", .. args];

    /// <summary>The next line of stdout; null at its end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        if (line is not null) _output.AppendLine(line);
        return line;
    }

    /// <summary>Closes the reading end of the program's stdout, as <c>head</c> does when it has what it wants.</summary>
    public void CloseOutput()
    {
        _isClosed = true;
        _process.StandardOutput.Close();
    }

    /// <summary>Runs a command to its end with its stdout somewhere else, such as <c>&gt; /dev/full</c>.</summary>
    public static async Task<HostResult> RunRedirectedAsync(IEnumerable<string> args, string redirection, string limit = "")
    {
        var data = TestFolder.New();
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "realtime-akka.dll"), .. args];
        var start = new ProcessStartInfo(
            "sh", ["-c", $"{limit}exec \"$0\" \"$@\" {redirection}",
            .. command.Select(word => word.Replace("{data}", data.FullName, StringComparison.Ordinal))])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };
        start.Environment["OPENAI_API_KEY"] = "test";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // the runtime would double-map its code through a large file
        using var host = new HostProcess(Process.Start(start)!, data);
        return await host.EndAsync();
    }

    /// <summary>Waits for the end without reading the program's stdout.</summary>
    public async Task<HostResult> EndUnreadAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        _isClosed = true;
        return await EndAsync();
    }

    /// <summary>Reads records until one matches.</summary>
    public async Task<JsonElement> ReadUntilAsync(Func<JsonElement, bool> wanted)
    {
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith('{') && JsonElement.Parse(line) is var record && wanted(record)) return record;
        }
        throw new InvalidOperationException($"The program ended before it said so: {await _errors}");
    }

    /// <summary>Reads records until one of each type has arrived, in any order.</summary>
    public async Task ReadAsync(params string[] types)
    {
        var missing = types.ToHashSet();
        while (missing.Count > 0) await ReadUntilAsync(record => missing.Remove(record.Text("type")!));
    }

    /// <summary>Sends a signal to the process, as a terminal or a supervisor does.</summary>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{_process.Id}"])!.WaitForExit();

    /// <summary>Sends a signal every 20 ms until the process has ended, also while it ends; at most 1,000 times.</summary>
    public async Task SignalUntilExitAsync(string name)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            Signal(name);
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                // The process still runs: send the signal again.
            }
        }
    }

    /// <summary>Waits for the end. A session with a wire log must pass the judge, whatever the test is about.</summary>
    public async Task<HostResult> EndAsync()
    {
        try
        {
            while (!_isClosed && await ReadLineAsync() is not null) { }
            using var limit = new CancellationTokenSource(Limit);
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The program did not end. It said:\n{_output}\n{await _errors}", e);
        }
        var folder = _data.GetDirectories("s-*").FirstOrDefault()?.FullName;
        var result = new HostResult(_process.ExitCode, _output.ToString(), await _errors, folder);
        // No assertion of a test framework: bench uses this class too.
        if (result.Violations.Count > 0)
            throw new InvalidOperationException($"The session broke its promises:\n{string.Join('\n', result.Violations)}");
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task FeedAsync(byte[] stdin)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(stdin);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program may end without reading all of its input.
        }
    }
}

/// <summary>The results of one run of the program.</summary>
/// <param name="Folder">The session's folder; null: none.</param>
internal sealed record HostResult(int ExitCode, string Output, string Errors, string? Folder)
{
    /// <summary>The records of <c>--json</c>, in order.</summary>
    public IReadOnlyList<JsonElement> Records { get; } =
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{'))
        .Select(line => JsonElement.Parse(line))];

    /// <summary>The judge's findings on the wire log and the records; empty without a wire log.</summary>
    public IReadOnlyList<string> Violations { get; } = Folder is not null && Path.Combine(Folder, "wire.jsonl") is var wire
        && File.Exists(wire)
        ? SessionJudge.Judge(File.ReadLines(wire), Output.Split('\n'), Bounds(Folder))
        : [];

    /// <summary>The records of one type.</summary>
    public IReadOnlyList<JsonElement> Of(string type) => [.. Records.Where(record => record.Text("type") == type)];

    /// <summary>The turns as (number, out-of-band words or status, ASR words or status).</summary>
    public IReadOnlyList<(int Turn, string Oob, string Asr)> Turns =>
        [.. Of("turn").Select(turn => (turn.GetProperty("turn").GetInt32(), Said(turn.GetProperty("oob")), Said(turn.GetProperty("asr"))))];

    // The session's limits are in its config.json.
    private static SessionBounds Bounds(string folder)
    {
        var config = JsonElement.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        int Count(string key) => int.Parse(config.GetProperty($"realtime.out-of-band.{key}").Text("value")!, CultureInfo.InvariantCulture);
        return new SessionBounds(Count("max-in-flight"), Count("tasks-in-flight"));
    }

    private static string Said(JsonElement transcript) => transcript.Text("text") ?? $"<{transcript.Text("status")}>";
}

internal static class JsonText
{
    /// <summary>A string property; null where it is null or missing.</summary>
    public static string? Text(this JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
