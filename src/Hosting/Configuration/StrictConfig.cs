using System.Globalization;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>
/// Layers of configuration, later ones overriding earlier ones, read strictly: a key that is not in the reference and a value of the
/// wrong kind throw <see cref="ConfigException"/> with path and origin.
/// </summary>
public sealed class StrictConfig
{
    /// <summary>The root of all our keys.</summary>
    public const string Root = "realtime";

    // Blocks with names chosen by the user, and the block that lists the keys of each with their defaults.
    private static readonly (string Blocks, string Template)[] Named =
        [("tasks", "task"), ("tools", "tool"), ("entities", "entity"), ("phantoms", "phantom")];

    // Inside a named block, the keys below this one are the user's own.
    private const string Free = "options";

    private readonly SortedDictionary<string, (string Value, string Origin, string? Directory)> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _template = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly string _reference;

    /// <summary>Puts <paramref name="layers"/> over <paramref name="reference"/>, which defines the known keys.</summary>
    public StrictConfig(ConfigLayer reference, params IEnumerable<ConfigLayer> layers)
    {
        _reference = reference.Origin;
        foreach (var (path, value) in OwnKeys(reference))
        {
            if (BlocksOf(path) is not null) _template[path] = value;
            else _values[path] = (value, reference.Origin, null);
        }
        foreach (var layer in layers.Prepend(reference))
        {
            foreach (var (path, value) in OwnKeys(layer))
            {
                if (BlocksOf(path) is { } blocks)
                {
                    if (ReferenceEquals(layer, reference)) continue;
                    throw new ConfigException(
                        $"{Shown(path)} ({layer.Origin}) cannot be set: it holds a default. Write {Root}.{blocks}.NAME.{Shown(path.Split('.', 3)[2])}.");
                }
                if (InNamedBlock(path) is var (block, template)) Complete(block, template);
                if (!_values.ContainsKey(path) && !IsFree(path)) throw Unknown(path, layer.Origin);
                _values[path] = (value, layer.Origin, layer.Directory);
            }
        }
    }

    /// <summary>The names of the blocks below <paramref name="blocks"/>, sorted.</summary>
    public IReadOnlyList<string> Names(string blocks) =>
        [.. _values.Keys.Where(path => path.StartsWith($"{Root}.{blocks}.", StringComparison.Ordinal)).Select(path => path.Split('.')[2])
        .Distinct()];

    /// <summary>All values below a key, by the rest of their paths.</summary>
    public IReadOnlyDictionary<string, string> Section(string key)
    {
        var prefix = $"{Root}.{key}.";
        var section = _values.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value.Value);
        _read.UnionWith(section.Keys.Select(rest => prefix + rest));
        return section;
    }

    /// <summary>The directory of the file that sets this key; null if no <c>--config</c> file does.</summary>
    public string? DirectoryOf(string key) => Raw(key).Directory;

    /// <summary>The path in a key; a relative one is resolved against the directory of the file that sets it.</summary>
    public string Path(string key) =>
        Raw(key) is { Directory: { } directory, Value: var path } ? System.IO.Path.Combine(directory, path) : Text(key);

    /// <summary>Every key with its value and origin, sorted.</summary>
    public IEnumerable<(string Path, string Value, string Origin)> All =>
        _values.Select(pair => (pair.Key, pair.Value.Value, pair.Value.Origin));

    /// <summary>
    /// Replaces a value that must not be shown, or by the one that takes effect instead, whose <paramref name="origin"/> says why; null:
    /// the origin stays.
    /// </summary>
    public void Replace(string key, string value, string? origin = null) =>
        _values[$"{Root}.{key}"] = (value, origin ?? Raw(key).Origin, Raw(key).Directory);

    /// <summary>Keys that have not been read so far.</summary>
    public IEnumerable<string> Unread => _values.Keys.Where(path => !_read.Contains(path));

    /// <summary>Whether a layer above the reference sets this key.</summary>
    public bool IsWritten(string key) => Raw(key).Origin != _reference;

    /// <summary>The text of a key.</summary>
    public string Text(string key) => Raw(key).Value;

    /// <summary>The text of a key, or null for <c>none</c>.</summary>
    public string? TextOrNone(string key) => Text(key) is "none" ? null : Text(key);

    /// <summary>A name of up to 200 characters.</summary>
    public string Name(string key) => IsName(Text(key)) ? Text(key) : throw Error(key, "a name");

    /// <summary>A name, or null for <c>none</c>.</summary>
    public string? NameOrNone(string key) =>
        Text(key) is "none" ? null : IsName(Text(key)) ? Text(key) : throw Error(key, "a name, or none");

    /// <summary>The name of a model, a voice or a language as the service knows it: no blanks and no brackets.</summary>
    public string Identifier(string key) => Identifier(key, "");

    /// <summary>Such a name, or null for <c>none</c>.</summary>
    public string? IdentifierOrNone(string key) => Text(key) is "none" ? null : Identifier(key, ", or none");

    /// <summary>One of a few words.</summary>
    public string OneOf(string key, params ReadOnlySpan<string> words)
    {
        var value = Text(key);
        return words.Contains(value) ? value : throw Error(key, $"one of {string.Join(", ", words.ToArray())}");
    }

    /// <summary>A switch: on, off, true or false.</summary>
    public bool Flag(string key) => Text(key) switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        _ => throw Error(key, "on or off"),
    };

    /// <summary>A whole number within bounds.</summary>
    public int Count(string key, int least, int most) =>
        int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most
            ? n
            : throw Error(key, $"a whole number from {least} to {most}");

    /// <summary>A whole number, or null for <c>none</c>.</summary>
    public int? CountOrNone(string key, int least, int most) => Text(key) is "none" ? null : Count(key, least, most);

    /// <summary>A number within bounds.</summary>
    public double Number(string key, double least, double most) =>
        double.TryParse(Text(key), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most
            ? n
            : throw Error(key, FormattableString.Invariant($"a number from {least} to {most}"));

    /// <summary>US dollars, or null for <c>none</c>.</summary>
    public decimal? UsdOrNone(string key) => Text(key) is "none"
        ? null
        : decimal.TryParse(Text(key), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) ? usd
        : throw Error(key, "US dollars such as 0.50, or none");

    /// <summary>A duration within bounds.</summary>
    public TimeSpan Time(string key, TimeSpan least, TimeSpan most) =>
        Durations.TryParse(Text(key), out var time) && time >= least && time <= most
            ? time
            : throw Error(key, $"a duration such as 40 ms or 1.5 s, from {Durations.Format(least)} to {Durations.Format(most)}");

    /// <summary>A duration, or null for <c>none</c>.</summary>
    public TimeSpan? TimeOrNone(string key, TimeSpan least, TimeSpan most) => Text(key) is "none" ? null : Time(key, least, most);

    /// <summary>The exception to throw for a value that does not fit.</summary>
    public ConfigException Error(string key, string expected)
    {
        var (value, origin, _) = Raw(key);
        return new ConfigException($"{Where(key, origin)} is '{Shown(value)}'; it must be {expected}.");
    }

    /// <summary>A user's text for a message: at most 80 characters, control characters replaced.</summary>
    public static string Shown(string text) => new([.. text.Take(80).Select(c => char.IsControl(c) ? '\uFFFD' : c)]);

    // realtime.tasks.NAME.KEY: the named block, and the block with its keys and defaults.
    private (string Block, string Template)? InNamedBlock(string path)
    {
        var parts = path.Split('.', 4);
        return parts.Length == 4 && Array.Find(Named, named => named.Blocks == parts[1]) is { Template: { } template }
            ? (string.Join('.', parts[..3]), $"{Root}.{template}")
            : null;
    }

    // realtime.task.KEY holds the default of realtime.tasks.NAME.KEY: returns "tasks".
    private static string? BlocksOf(string path) =>
        Array.Find(Named, named => path.StartsWith($"{Root}.{named.Template}.", StringComparison.Ordinal)).Blocks;

    private void Complete(string block, string template)
    {
        foreach (var (path, value) in _template.Where(pair => pair.Key.StartsWith($"{template}.", StringComparison.Ordinal)))
        {
            _values.TryAdd(block + path[template.Length..], (value, _reference, null));
        }
    }

    private bool IsFree(string path) =>
        InNamedBlock(path) is var (block, _) && path.StartsWith($"{block}.{Free}.", StringComparison.Ordinal);

    private (string Value, string Origin, string? Directory) Raw(string key)
    {
        var path = $"{Root}.{key}";
        _read.Add(path);
        return _values.TryGetValue(path, out var found) ? found
            : throw new ConfigException($"{path} is missing from reference.hocon; reinstall the program.");
    }

    private ConfigException Unknown(string path, string origin)
    {
        var nearest = _values.Keys.Select(known => (known, Distance: Levenshtein(known, path))).MinBy(pair => pair.Distance);
        var hint = nearest.Distance <= 3 ? $"Did you mean {nearest.known}?" : "See reference.hocon for every key.";
        return new ConfigException($"Unknown key {Shown(path)} ({origin}). {hint}");
    }

    private string Identifier(string key, string orElse) => Text(key) is var text && !IsName(text) ? throw Error(key, $"a name{orElse}")
        : text.All(c => char.IsLetterOrDigit(c) || "-_.:/@+".Contains(c, StringComparison.Ordinal)) ? text
        : throw Error(key, $"a name of letters, digits and any of - _ . : / @ +{orElse}");

    private static bool IsName(string text) => text.Length <= 200 && !string.IsNullOrWhiteSpace(text);

    // An option names itself; for a file or a profile the key is added.
    private static string Where(string key, string origin) =>
        origin.StartsWith("--", StringComparison.Ordinal) ? origin : $"{Root}.{key} ({origin})";

    private static IEnumerable<KeyValuePair<string, string>> OwnKeys(ConfigLayer layer)
    {
        foreach (var pair in layer.Values)
        {
            if (pair.Key.StartsWith("akka.", StringComparison.Ordinal)) continue; // the actor system's own
            yield return pair;
        }
    }

    private static int Levenshtein(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }
        return row[^1];
    }
}
