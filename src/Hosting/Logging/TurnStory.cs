using System.Globalization;
using System.Text.RegularExpressions;
using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>
/// The entries of one turn, of all actors, and where the turn's time went. An entry belongs to the turn if it names it, or an item or a
/// response of it.
/// </summary>
/// <param name="turn">The turn's number.</param>
public sealed partial class TurnStory(int turn)
{
    // Entries whose turn may become known later: those of a turn before it has a number.
    private const int MaxWaiting = 200;

    private static readonly string Answered = TurnLog.Answered(default, 0, "", 0).Template;

    private readonly HashSet<string> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _responses = new(StringComparer.Ordinal);
    private readonly Queue<LogEntry> _waiting = new();
    private DateTimeOffset? _began;

    /// <summary>Where the time went, by the entries so far.</summary>
    public TurnTiming Timing { get; } = new();

    /// <summary>
    /// Takes notice of what an entry says about items and responses. Which turn an answer is to may be known only at its end.
    /// </summary>
    public void Learn(LogEntry entry)
    {
        if (entry.Turn == turn && entry.Item is { } item) _items.Add(item);
        if (entry is not { Turn: { } of, Response: { } response } || response == TurnLog.NoResponse) return;
        if (entry.Template == Answered) _responses[response] = of;
        else _responses.TryAdd(response, of);
    }

    /// <summary>Whether an entry belongs to the turn, by what is known so far.</summary>
    public bool Has(LogEntry entry) => TurnOf(entry) is { } of ? of == turn : entry.Item is { } item && _items.Contains(item);

    /// <summary>
    /// The entries that belong to the turn now that this one is known: it, and before it those that waited for what it says, in the order
    /// in which they were logged.
    /// </summary>
    public IReadOnlyList<LogEntry> Take(LogEntry entry)
    {
        Learn(entry);
        if (!Has(entry))
        {
            if (TurnOf(entry) is null && (entry.Item ?? entry.Response) is not null) _waiting.Enqueue(entry);
            if (_waiting.Count > MaxWaiting) _waiting.Dequeue();
            return [];
        }
        List<LogEntry> now = [.. _waiting.Where(Has), entry];
        if (now.Count > 1)
        {
            List<LogEntry> rest = [.. _waiting.Where(other => !Has(other))];
            _waiting.Clear();
            rest.ForEach(_waiting.Enqueue);
        }
        foreach (var one in now)
        {
            _began ??= one.Time;
            Timing.Add(one, Since(one.Time));
        }
        return now;
    }

    /// <summary>An entry as it is shown: ms since the turn began, level, actor, message with long ids shortened.</summary>
    public string Show(LogEntry entry)
    {
        var (actor, message) = (entry.Actor.Split('/', '-')[0], LongId().Replace(entry.Message, "$1...$2"));
        if (message.StartsWith($"Turn {turn}: ", StringComparison.Ordinal)) message = message[$"Turn {turn}: ".Length..];
        return string.Create(CultureInfo.InvariantCulture, $"{Since(entry.Time),7} {LogEntry.Short(entry.Level)} {actor,-9} {message}");
    }

    private int? TurnOf(LogEntry entry) =>
        entry.Response is { } response && _responses.TryGetValue(response, out var of) ? of : entry.Turn;

    private long Since(DateTimeOffset time) => (long)Math.Round((time - (_began ?? time)).TotalMilliseconds);

    // Ids of the service: a kind and some 20 characters.
    [GeneratedRegex("\\b((?:item|resp|event|call)_)[A-Za-z0-9]{8,}([A-Za-z0-9]{4})\\b")]
    private static partial Regex LongId();
}
