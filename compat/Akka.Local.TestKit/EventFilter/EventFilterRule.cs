using System.Text.RegularExpressions;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>Which log events are meant. Those that fit are handed to whoever counts.</summary>
internal sealed class EventFilterRule(Predicate<LogEvent> isMatch)
{
    public event Action<LogEvent>? Matched;

    public bool Take(LogEvent logEvent)
    {
        try
        {
            if (!isMatch(logEvent))
                return false;
        }
        catch (FormatException)
        {
            return false; // a template that cannot be formatted fits nothing
        }
        Matched?.Invoke(logEvent);
        return true;
    }

    public static Predicate<string> Text(string? message, string? start, string? contains)
    {
        if (message is not null)
            return text => text == message;
        if (start is not null)
            return text => text.StartsWith(start, StringComparison.Ordinal);
        return contains is not null ? text => text.Contains(contains, StringComparison.Ordinal) : _ => true;
    }

    public static Predicate<string> Text(Regex pattern) => pattern.IsMatch;

    /// <summary>A source is given in full or as the path within its system.</summary>
    public static bool IsFrom(string? source, string actual) =>
        source is null || actual == source || source.StartsWith('/') && actual.StartsWith("akka://") && actual.EndsWith(source, StringComparison.Ordinal);
}
