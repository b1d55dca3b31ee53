using System.Collections.Immutable;
using System.Text.RegularExpressions;
using RealtimeAkka.Hosting.Redaction;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads what exports redact: the entities of the session and patterns of the user.</summary>
public static class RedactionPlanner
{
    private const string Key = "export.redact.patterns";
    private const int MaxPattern = 4000, MaxPatterns = 100;

    // On one text; a pattern that takes longer is given up, and nothing is exported.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The settings for the session in <paramref name="folder"/>, whose own settings say which entities there are.
    /// <paramref name="written"/>: layers of the user; <paramref name="patterns"/>: those of the command line. Throws
    /// <see cref="ConfigException"/> for a pattern that is none.
    /// </summary>
    public static RedactionSettings Plan(
        string hocon, string folder, IReadOnlyList<ConfigLayer> written, IReadOnlyList<string> patterns)
    {
        var config = ConfigStack.Load(hocon, profile: null, [Recorded(Path.Combine(folder, "config.json")), .. written]).Config;
        var hearing = new HearingPlanner(config).Read();
        if (patterns.Count > MaxPatterns)
            throw new ConfigException($"--redact-pattern is given {patterns.Count} times; at most {MaxPatterns} are read.");
        return new RedactionSettings(
            hearing.Entities, hearing.Language,
            [
                .. patterns.Select(pattern => TryRead(pattern, out var error) ?? throw new ConfigException(
                    $"--redact-pattern is '{StrictConfig.Shown(pattern)}'; it must be {error}.")),
                .. Patterns(config),
            ]);
    }

    /// <summary>The patterns of the configuration. Throws <see cref="ConfigException"/> if they are none.</summary>
    public static ImmutableArray<Regex> Patterns(StrictConfig config) => config.TextOrNone(Key) is not { } text ? []
        : [TryRead(text, out var error) ?? throw config.Error(Key, $"{error}, or none")];

    private static Regex? TryRead(string pattern, out string error)
    {
        error = $"a regular expression of 1 to {MaxPattern} characters";
        if (pattern.Length is 0 or > MaxPattern) return null;
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Limit);
        }
        catch (ArgumentException e)
        {
            error = $"a regular expression ({e.Message.TrimEnd('.')})";
            return null;
        }
    }

    // Which entities the session looked for. Of an unreadable file nothing is known, so the defaults apply.
    private static ConfigLayer Recorded(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var (key, (value, isDefault)) in RecordedSettings.Read(path))
            {
                var isOurs = key.StartsWith($"{StrictConfig.Root}.entities.", StringComparison.Ordinal)
                    || key is $"{StrictConfig.Root}.session.language" or $"{StrictConfig.Root}.session.vocabulary";
                if (isOurs && !isDefault) values[key] = value ?? "none";
            }
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            // The defaults apply.
        }
        return new ConfigLayer(path, values);
    }
}
