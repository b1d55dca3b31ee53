using System.Globalization;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>Times as people write them on the command line: how long ago, or a date.</summary>
public static class PointInTime
{
    private const double MaxDays = 100 * 366;

    /// <summary>What <see cref="TryParse"/> reads, for messages.</summary>
    public const string Expected = "a time ago such as 90d, 24h, 30m or 45s, or a date such as 2026-11-22 or 2026-11-22T08:45 (UTC)";

    /// <summary>
    /// Reads <c>7d</c>, <c>24h</c>, <c>30m</c>, <c>45s</c> before <paramref name="now"/>, a date, or a date with a time (UTC).
    /// </summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        if (TryAge(text, out var age))
        {
            time = now - age;
            return true;
        }
        return DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>Reads <c>90d</c>, <c>24h</c>, <c>30m</c> or <c>45s</c>.</summary>
    public static bool TryAge(string text, out TimeSpan age)
    {
        age = default;
        double? unit = text is [.., var last] ? last switch { 'd' => 86_400, 'h' => 3600, 'm' => 60, 's' => 1, _ => null } : null;
        if (unit is not { } seconds
            || !double.TryParse(text.AsSpan()[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count * seconds > MaxDays * 86_400) return false;
        age = TimeSpan.FromSeconds(count * seconds);
        return true;
    }
}
