namespace RealtimeAkka.EndToEnd.Tests.Tasks;

/// <summary>A folder like a user's: a configuration file and the files it refers to.</summary>
internal sealed class ConfigFolder
{
    public ConfigFolder(string hocon)
    {
        Write("prompt.md", "Report it.");
        Write("schema.json", """{ "type": "object", "required": ["n"], "properties": { "n": { "type": "string" } } }""");
        Hocon = Write("my.hocon", hocon);
    }

    public string Path { get; } = TestFolder.New().FullName;

    public string Hocon { get; }

    /// <summary>Writes a file; <paramref name="run"/> makes it executable.</summary>
    public string Write(string name, string text, bool run = false)
    {
        var path = File(name);
        System.IO.File.WriteAllText(path, text);
        if (run && !OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Runs a fast session with this configuration.</summary>
    public Task<HostResult> SessionAsync(Uri url, int turns, params string[] args) =>
        HostProcess.SessionAsync(url, ["--input", TestCall.Wav(TestCall.Pcm(turns)), "--config", Hocon, .. args]);
}
