using System.Text.Json;

namespace RealtimeAkka.Pure.Tests;

/// <summary>Files of this repository that tests read: sources, shipped configuration, recordings.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution, found upwards from the test's folder.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>A path below the root.</summary>
    public static string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Every hand-written C# file below <paramref name="folder"/>, by its path from the root.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(string folder) =>
        Directory.EnumerateFiles(At(folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Root, file).Replace('\\', '/'), File: file))
            .Where(source => !source.Path.Contains("/obj/", StringComparison.Ordinal)
            && !source.Path.Contains("/bin/", StringComparison.Ordinal))
            .Select(source => (source.Path, File.ReadAllText(source.File)));

    /// <summary>The events of <c>tests/Recordings/NAME.jsonl</c>; <c>Received</c> is true for server events.</summary>
    public static IEnumerable<(bool Received, JsonElement Event)> Recording(string name) =>
        File.ReadLines(At("tests", "Recordings", name + ".jsonl")).Select(line =>
        {
            var json = JsonDocument.Parse(line).RootElement;
            return (json.GetProperty("dir").GetString() == "received", json.GetProperty("event"));
        });

    /// <summary>The names of all recordings.</summary>
    public static IEnumerable<string> Recordings() =>
        Directory.EnumerateFiles(At("tests", "Recordings"), "*.jsonl").Select(file => Path.GetFileNameWithoutExtension(file)).Order();

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new DirectoryNotFoundException("RealtimeAkka.sln stands in no folder above the tests."),
        _ when File.Exists(Path.Combine(folder.FullName, "RealtimeAkka.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
