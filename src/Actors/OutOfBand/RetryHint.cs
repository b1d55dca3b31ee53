using System.Globalization;
using System.Text.RegularExpressions;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>What an error says about retrying (docs/protocol.md 9.3).</summary>
internal static partial class RetryHint
{
    // Longer than any deadline, so that the deadline ends the wait.
    private const double MaxSeconds = 600;

    /// <summary>Whether a retry cannot help.</summary>
    public static bool IsPermanent(ErrorDetail? error) => error?.Code is "insufficient_quota";

    /// <summary>The wait the server asks for: "Please try again in 4.8s.", "... in 250ms." or "... in 1m30s."; zero if none.</summary>
    public static TimeSpan Wait(ErrorDetail? error)
    {
        if (error?.Code != "rate_limit_exceeded" || TryAgainIn().Match(error.Message ?? "") is not { Success: true } match)
            return TimeSpan.Zero;
        var minutes = match.Groups[1].Success ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var amount = double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(Math.Min(minutes * 60 + (match.Groups[3].ValueSpan is "ms" ? amount / 1000 : amount), MaxSeconds));
    }

    [GeneratedRegex(@"try again in (?:(\d{1,4})m)?(\d{1,6}(?:\.\d{1,6})?)\s?(ms|s)\b")]
    private static partial Regex TryAgainIn();
}
