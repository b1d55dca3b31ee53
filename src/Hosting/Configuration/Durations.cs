using System.Globalization;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Durations in HOCON: a number and a mandatory unit.</summary>
public static class Durations
{
    // Ten years: what is kept may be kept for longer than a session lasts.
    private const double MaxSeconds = 3660 * 86_400.0;

    /// <summary>Reads <c>40 ms</c>, <c>1.5s</c>, <c>2 min</c>, <c>1 h</c>, <c>90 d</c>.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        var digits = text.AsSpan().Trim();
        var unitAt = digits.IndexOfAnyExcept("0123456789.");
        if (unitAt <= 0 || !double.TryParse(digits[..unitAt], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return false;

        double? seconds = digits[unitAt..].Trim() switch
        {
            "ms" or "milliseconds" or "millisecond" => 0.001,
            "s" or "seconds" or "second" => 1,
            "m" or "min" or "minutes" or "minute" => 60,
            "h" or "hours" or "hour" => 3600,
            "d" or "days" or "day" => 86_400,
            _ => null,
        };
        if (seconds is not { } factor || amount * factor > MaxSeconds) return false;
        time = TimeSpan.FromSeconds(amount * factor);
        return true;
    }

    /// <summary>Formats a duration in ms below 1 s, in s below 2 min, in min above; at most three decimal places.</summary>
    public static string Format(TimeSpan time) => time.TotalSeconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.###} min"),
    };
}
