using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>One line of <c>session.log</c>.</summary>
public sealed partial record LogEntry(DateTimeOffset Time, LogEventLevel Level, string Actor, string Message, int? Turn, string? Item)
{
    /// <summary>Null for a line that is not a log entry, such as the torn last one after a crash.</summary>
    public static LogEntry? TryParse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var properties = root.TryGetProperty("Properties", out var found) ? found : default;
            return new LogEntry(
                root.GetProperty("Timestamp").GetDateTimeOffset(),
                Enum.Parse<LogEventLevel>(root.GetProperty("Level").GetString()!),
                Text(properties, "Actor") ?? "-",
                Fill(root.GetProperty("MessageTemplate").GetString()!, properties)
                + (root.TryGetProperty("Exception", out var exception) ? $" ({exception.GetString()?.Split('\n')[0]})" : ""),
                int.TryParse(Text(properties, "Turn"), CultureInfo.InvariantCulture, out var turn) ? turn : null,
                Text(properties, "Item"));
        }
        catch (Exception e)
        when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The entry as <c>logs</c> shows it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Time:HH:mm:ss.fff} {Short(Level)} {Actor,-10} {Message}");

    // Serilog's own rendering puts every string in quotes.
    private static string Fill(string template, JsonElement properties) =>
        Hole().Replace(template, hole => Text(properties, hole.Groups[1].Value) ?? hole.Value);

    [GeneratedRegex(@"\{@?\$?(\w+)[^}]*\}")]
    private static partial Regex Hole();

    private static string? Text(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static string Short(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "VRB",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        _ => "ERR",
    };
}

/// <summary>The conditions that a reader of the log has set; null admits everything.</summary>
public sealed class LogFilter(string? actor, int? turn, string? item, LogEventLevel level)
{
    // Of the names in a log this many are kept for a message.
    private const int Named = 20;

    private readonly HashSet<string> _items = item is null ? [] : [item];
    private readonly SortedSet<string> _actors = new(StringComparer.Ordinal);
    private int _lastTurn;
    private bool _foundActor, _foundTurn, _foundItem;

    /// <summary>The condition that no entry so far meets, at whatever level; null: there is none.</summary>
    public string? Unmatched =>
        actor is not null && !_foundActor
            ? $"--actor {actor} is not in this log. There are: {string.Join(", ", _actors)}."
        : turn is not null && !_foundTurn ? $"--turn {turn} is not in this log. {(_lastTurn == 0 ? "It has no turns" : $"Its last turn is {_lastTurn}")}."
        : item is not null && !_foundItem ? $"--item {item} is not in this log." : null;

    /// <summary>Whether an entry is shown. An item seen with the wanted turn belongs to that turn from then on.</summary>
    public bool Admits(LogEntry entry)
    {
        if (_actors.Count < Named) _actors.Add(entry.Actor.Split('/', '-')[0]);
        _lastTurn = Math.Max(_lastTurn, entry.Turn ?? 0);
        _foundActor |= IsOf(entry);
        _foundTurn |= entry.Turn == turn;
        _foundItem |= entry.Item == item;
        if (turn is not null && entry.Turn == turn && entry.Item is not null) _items.Add(entry.Item);
        return entry.Level >= level
            && (actor is null || IsOf(entry))
            && (turn is null || entry.Turn == turn || (entry.Turn is null && entry.Item is not null && _items.Contains(entry.Item)))
            && (item is null || entry.Item == item);
    }

    private bool IsOf(LogEntry entry) => entry.Actor == actor || entry.Actor.StartsWith(actor + "/", StringComparison.Ordinal)
        || entry.Actor.StartsWith(actor + "-", StringComparison.Ordinal);
}
