using Serilog.Events;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>The conditions that a reader of the log has set; null admits everything.</summary>
public sealed class LogFilter(string? actor, int? turn, string? item, LogEventLevel level)
{
    // Of the names in a log this many are kept for a message.
    private const int Named = 20;

    private readonly SortedSet<string> _actors = new(StringComparer.Ordinal);
    private readonly TurnStory? _story = turn is { } number ? new TurnStory(number) : null;
    private int _lastTurn;
    private bool _foundActor, _foundTurn, _foundItem;

    /// <summary>Only entries since then.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only entries with this text in them, whatever the case.</summary>
    public string? Text { get; init; }

    /// <summary>The story of the turn that is asked for; null: all turns are.</summary>
    public TurnStory? Story => _story;

    /// <summary>The condition that no entry so far meets, at whatever level; null: there is none.</summary>
    public string? Unmatched =>
        actor is not null && !_foundActor
            ? $"--actor {actor} is not in this log. There are: {string.Join(", ", _actors)}."
        : turn is not null && !_foundTurn ? $"--turn {turn} is not in this log. {(_lastTurn == 0 ? "It has no turns" : $"Its last turn is {_lastTurn}")}."
        : item is not null && !_foundItem ? $"--item {item} is not in this log." : null;

    /// <summary>Whether an entry is shown. What it says about which item or response belongs to which turn is known from then on.</summary>
    public bool Admits(LogEntry entry)
    {
        if (_actors.Count < Named) _actors.Add(entry.Actor.Split('/', '-')[0]);
        _lastTurn = Math.Max(_lastTurn, entry.Turn ?? 0);
        _foundActor |= IsOf(entry);
        _foundTurn |= entry.Turn == turn;
        _foundItem |= entry.Item == item;
        _story?.Learn(entry);
        return IsWanted(entry) && _story?.Has(entry) != false;
    }

    /// <summary>Whether an entry is shown if it belongs to the turn.</summary>
    public bool IsWanted(LogEntry entry) =>
        entry.Level >= level
        && (actor is null || IsOf(entry))
        && (item is null || entry.Item == item)
        && (Since is null || entry.Time >= Since)
        && (Text is null || entry.Message.Contains(Text, StringComparison.OrdinalIgnoreCase));

    private bool IsOf(LogEntry entry) => entry.Actor == actor || entry.Actor.StartsWith(actor + "/", StringComparison.Ordinal)
        || entry.Actor.StartsWith(actor + "-", StringComparison.Ordinal);
}
