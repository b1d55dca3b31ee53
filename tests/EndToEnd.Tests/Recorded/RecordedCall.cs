namespace RealtimeAkka.EndToEnd.Tests.Recorded;

/// <summary>
/// A session with a wire log and sound, recorded once for the tests of a class; each test gets a copy. It is spoken in real time, so that
/// each turn has its transcripts, at the first attempt, and its answer long before the next one.
/// </summary>
public sealed class RecordedCall : IAsyncLifetime
{
    private const string Scenario = """
        { "defaults": { "asr_delay_ms": 60, "oob_delay_ms": 60, "answer_delay_ms": 20 }, "turns": [
          { "asr": { "transcript": "in the kitchen" }, "oob": { "text": "The one in the kitchen." },
            "answer": { "text": "Done.", "audio_ms": 200 } },
          { "asr": { "transcript": "Please open the Window" }, "oob": { "text": "Please open the window." },
            "answer": { "text": "Which window, Frau Müller?", "audio_ms": 200 } } ] }
        """;

    /// <summary>The recorded session's folder.</summary>
    public string Folder { get; private set; } = "";

    /// <summary>Its id.</summary>
    public string Id => Path.GetFileName(Folder);

    /// <summary>The data folder with this session only.</summary>
    public string Data => Path.GetDirectoryName(Folder)!;

    public async Task InitializeAsync()
    {
        await using var server = await TestCall.ServeAsync(Scenario);
        var arguments = HostProcess.SessionArguments(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(2))], pace: "realtime", record: "wire,audio");
        var result = await HostProcess.RunAsync(arguments, key: "test");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Folder = result.Folder!;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>A copy of the session in a data folder of its own, private as the original is.</summary>
    public string Copy() => Copy(Folder);

    internal static string Copy(string folder)
    {
        var copy = Path.Combine(TestFolder.New().FullName, Path.GetFileName(folder));
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(copy);
        else Directory.CreateDirectory(copy, Owner | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(folder))
        {
            var path = Path.Combine(copy, Path.GetFileName(file));
            File.Copy(file, path);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Owner);
        }
        return copy;
    }
}
