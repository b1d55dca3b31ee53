using System.Collections.Immutable;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>A folder of WAV files and <c>golden.jsonl</c>, which says what is said in them.</summary>
/// <param name="Folder">The folder, as a full path.</param>
/// <param name="Turns">Its turns, in the order of the file.</param>
public sealed record GoldenSet(string Folder, ImmutableArray<GoldenTurn> Turns)
{
    /// <summary>The file that lists the turns.</summary>
    public const string FileName = "golden.jsonl";

    private const int MaxBytes = 16 * 1024 * 1024, MaxTurns = 2000;
    private const long MaxAudio = 256L * 1024 * 1024;

    /// <summary>Reads a set. Throws <see cref="GoldenSetException"/> with one message for each line that cannot be used.</summary>
    public static GoldenSet Read(string folder)
    {
        folder = Path.GetFullPath(folder);
        var lines = ReadLines(folder);
        var problems = ImmutableArray.CreateBuilder<string>();
        var turns = ImmutableArray.CreateBuilder<GoldenTurn>(lines.Count);
        var known = new Dictionary<(string, int), int>();
        foreach (var (number, line, problem) in lines)
        {
            if ((problem ?? Refusal(folder, line!)) is { } refusal) problems.Add(At(folder, number, refusal));
            else if (!known.TryAdd((line!.Audio, line.Turn), number))
                problems.Add(At(folder, number, $"turn {line.Turn} of {line.Audio} is on line {known[(line.Audio, line.Turn)]} already"));
            else turns.Add(Turn(folder, line));
        }
        if (problems.Count > 0) throw new GoldenSetException(problems.ToImmutable());
        return turns.Count > 0 ? new(folder, turns.ToImmutable())
            : throw new GoldenSetException([$"{Path.Combine(folder, FileName)} has no turns; add some with `lab golden add`."]);
    }

    /// <summary>
    /// Writes lines into the set's file, which is made if it is not there, for its owner only; a line about the same turn is replaced.
    /// Throws <see cref="GoldenSetException"/> if there is a file that cannot be read.
    /// </summary>
    public static void Add(string folder, IReadOnlyCollection<GoldenLine> added)
    {
        folder = Path.GetFullPath(folder);
        var path = Path.Combine(folder, FileName);
        List<GoldenLine> lines = [];
        if (File.Exists(path))
        {
            var read = ReadLines(folder);
            ImmutableArray<string> problems =
                [.. read.Where(line => line.Problem is not null).Select(line => At(folder, line.Number, line.Problem!))];
            if (problems.Length > 0) throw new GoldenSetException(problems);
            lines.AddRange(read.Select(line => line.Line!));
        }
        foreach (var line in added)
        {
            var at = lines.FindIndex(old => (old.Audio, old.Turn) == (line.Audio, line.Turn));
            if (at >= 0) lines[at] = line;
            else lines.Add(line);
        }
        if (lines.Count > MaxTurns) throw new GoldenSetException([$"{path} would have {lines.Count} turns; it may have {MaxTurns}."]);
        // All of it or nothing: the set is people's work.
        var draft = path + ".new";
        using (var writer = new StreamWriter(PrivateFiles.Create(draft, FileMode.Create)))
        {
            foreach (var line in lines) writer.Write($"{line}\n");
        }
        File.Move(draft, path, overwrite: true);
    }

    private static List<(int Number, GoldenLine? Line, string? Problem)> ReadLines(string folder)
    {
        var path = Path.Combine(folder, FileName);
        string text;
        try
        {
            text = TextFile.Read(path, MaxBytes);
        }
        catch (FormatException e)
        {
            throw new GoldenSetException([$"{path} must be {e.Message}; `lab golden add` makes one."]);
        }
        List<(int Number, GoldenLine? Line, string? Problem)> lines = [];
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace()) continue;
            if (lines.Count == MaxTurns) throw new GoldenSetException([At(folder, number, $"a set has at most {MaxTurns} turns")]);
            try
            {
                lines.Add((number, GoldenLine.Parse(line.ToString()), null));
            }
            catch (FormatException e)
            {
                lines.Add((number, null, e.Message));
            }
        }
        return lines;
    }

    private static string At(string folder, int number, string problem) => $"{Path.Combine(folder, FileName)}:{number}: {problem}.";

    private static GoldenTurn Turn(string folder, GoldenLine line) => new(Full(folder, line.Audio), line.Turn, line.Reference)
    {
        Entities = line.Entities, Language = line.Language, Name = line.Audio,
    };

    private static string Full(string folder, string audio) => Path.Combine([folder, .. audio.Split('/')]);

    // Null: the file is there, inside the folder, and a WAV file.
    private static string? Refusal(string folder, GoldenLine line)
    {
        var name = TerminalText.Line(line.Audio);
        try
        {
            var path = folder;
            foreach (var part in line.Audio.Split('/'))
            {
                path = Path.Combine(path, part);
                if (new FileInfo(path).LinkTarget is not null) return $"{name} is or goes through a link; copy the file into the folder";
            }
            if (!File.Exists(path)) return $"{name} is not there";
            using var file = TextFile.OpenRegular(path);
            if (file.Length > MaxAudio) return $"{name} is larger than {MaxAudio / 1024 / 1024} MiB";
            WavFormat.Read(file);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            return $"{name} cannot be read: {e.Message.TrimEnd('.')}";
        }
    }
}

/// <summary>A golden set cannot be used.</summary>
/// <param name="problems">One message for each problem, each a line.</param>
public sealed class GoldenSetException(ImmutableArray<string> problems) : Exception(string.Join(' ', problems))
{
    /// <summary>One message for each problem, each a line.</summary>
    public ImmutableArray<string> Problems { get; } = problems;
}
