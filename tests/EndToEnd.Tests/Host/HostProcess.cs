using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Invariants;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>The program as it is shipped, in a process of its own, with a data folder of its own.</summary>
internal sealed class HostProcess : IDisposable
{
    /// <summary>Far beyond what any test waits for, on any machine; a hang shall end the test.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly StringBuilder _output = new();
    private readonly DirectoryInfo _data;

    private HostProcess(Process process, DirectoryInfo data)
    {
        (_process, _data) = (process, data);
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where the sessions of this process are recorded.</summary>
    public string Data => _data.FullName;

    /// <summary>The process's number, for signals.</summary>
    public int Id => _process.Id;

    /// <summary>Memory in use now, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>
    /// Starts <c>realtime-akka ARGS</c>, or another <paramref name="program"/> made of it. Unless <paramref name="key"/> is given there is no key in its environment, and unless
    /// <paramref name="variables"/> name a sound server there is no sound.
    /// </summary>
    public static HostProcess Start(IEnumerable<string> args, string? key = null, byte[]? stdin = null, IReadOnlyDictionary<string, string>? variables = null, string program = "realtime-akka")
    {
        var host = Launch(args, key, variables, program);
        _ = host.FeedAsync(stdin ?? []);
        return host;
    }

    /// <summary>Starts a quick session that hears what <see cref="SpeakAsync"/> says, and nothing in between, until <see cref="HangUp"/>.</summary>
    public static HostProcess StartOnPipe(Uri url, IEnumerable<string> args, string record = "wire") => Launch(SessionArguments(url, ["--input", "-", .. args], record: record), key: "test");

    private static HostProcess Launch(IEnumerable<string> args, string? key, IReadOnlyDictionary<string, string>? variables = null, string program = "realtime-akka")
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
    /// Starts it as a person does, on a terminal (of <c>script</c>, util-linux): what it says on stdout and stderr comes
    /// together, as on a screen.
    /// </summary>
    public static HostProcess StartOnTerminal(IEnumerable<string> args, string key, IReadOnlyDictionary<string, string> variables)
    {
        var data = TestFolder.New();
        var command = (string[])["dotnet", Path.Combine(AppContext.BaseDirectory, "realtime-akka.dll"), .. args];
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--flush", "--command", string.Join(' ', command.Select(word => $"'{word.Replace("{data}", data.FullName, StringComparison.Ordinal)}'")), "/dev/null"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment["OPENAI_API_KEY"] = key;
        return new HostProcess(Process.Start(start)!, data);
    }

    /// <summary>Says something into the pipe, PCM16 mono 24 kHz.</summary>
    public async Task SpeakAsync(byte[] pcm)
    {
        await _process.StandardInput.BaseStream.WriteAsync(pcm);
        await _process.StandardInput.BaseStream.FlushAsync();
    }

    /// <summary>Nothing more is said.</summary>
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

    /// <summary>Runs one session to its end, with <c>--json</c>, quickly, recorded in a folder of its own, and judged.</summary>
    public static Task<HostResult> SessionAsync(Uri url, IEnumerable<string> args, string? key = "test", byte[]? stdin = null, string pace = "fast") =>
        RunAsync(SessionArguments(url, args, pace), key, stdin);

    /// <summary>The arguments of a quick session.</summary>
    public static IEnumerable<string> SessionArguments(Uri url, IEnumerable<string> args, string pace = "fast", string record = "wire") =>
        ["run", "--json", "--url", url.ToString(), "--output", "null", "--pace", pace, "--data", "{data}", "--record", record, "--set", "playback.speed=100", "--set", "turns.settle=400 ms", .. args];

    /// <summary>The next line of stdout; null at its end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        if (line is not null) _output.AppendLine(line);
        return line;
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

    /// <summary>Reads records until one of each type has come, in whatever order.</summary>
    public async Task ReadAsync(params string[] types)
    {
        var missing = types.ToHashSet();
        while (missing.Count > 0) await ReadUntilAsync(record => missing.Remove(record.Text("type")!));
    }

    /// <summary>Sends a signal, as a terminal or a supervisor would.</summary>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{_process.Id}"])!.WaitForExit();

    /// <summary>Sends a signal again and again until the process has ended.</summary>
    public async Task SignalUntilExitAsync(string name)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            Signal(name);
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                // Not yet: again.
            }
        }
    }

    /// <summary>Waits for the end. A session that recorded its wire is judged: whatever a test is about, these things hold.</summary>
    public async Task<HostResult> EndAsync()
    {
        try
        {
            while (await ReadLineAsync() is not null) { }
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
        // Not an assertion of a test framework: the bench runs the program like this too.
        if (result.Violations.Count > 0) throw new InvalidOperationException($"The session broke its promises:\n{string.Join('\n', result.Violations)}");
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
            // The program ended without reading all of it, which is its right.
        }
    }
}

/// <summary>What a run of the program left behind.</summary>
/// <param name="Folder">The session's folder; null where there was none.</param>
internal sealed record HostResult(int ExitCode, string Output, string Errors, string? Folder)
{
    /// <summary>The records of <c>--json</c>, in order.</summary>
    public IReadOnlyList<JsonElement> Records { get; } =
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line))];

    /// <summary>What the wire log and the records together do not allow; empty where the wire was not recorded.</summary>
    public IReadOnlyList<string> Violations { get; } = Folder is not null && Path.Combine(Folder, "wire.jsonl") is var wire && File.Exists(wire)
        ? SessionJudge.Judge(File.ReadLines(wire), Output.Split('\n'), Bounds(Folder))
        : [];

    /// <summary>The records of one type.</summary>
    public IReadOnlyList<JsonElement> Of(string type) => [.. Records.Where(record => record.Text("type") == type)];

    /// <summary>The turns as (number, out-of-band words or status, ASR words or status).</summary>
    public IReadOnlyList<(int Turn, string Oob, string Asr)> Turns =>
        [.. Of("turn").Select(turn => (turn.GetProperty("turn").GetInt32(), Said(turn.GetProperty("oob")), Said(turn.GetProperty("asr"))))];

    // What the session was allowed stands in its folder.
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
