using System.Globalization;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>The price list as a table 80 columns wide; an asterisk marks what the session uses.</summary>
internal static class PriceTable
{
    /// <summary>The number of models and the age of their prices, in words.</summary>
    public static string Age(PriceList prices, DateOnly today)
    {
        var dates = prices.Models.Select(price => price.AsOf).OfType<DateOnly>().Order().ToList();
        var undated = prices.Models.Count - dates.Count;
        var read = dates.Count == 0 ? "" : dates[0] == dates[^1]
            ? string.Create(CultureInfo.InvariantCulture,
            $", read on {dates[0]:yyyy-MM-dd}, {today.DayNumber - dates[0].DayNumber} days ago")
            : string.Create(CultureInfo.InvariantCulture,
            $", read from {dates[0]:yyyy-MM-dd} to {dates[^1]:yyyy-MM-dd}, the oldest {today.DayNumber - dates[0].DayNumber} days ago");
        return $"{prices.Models.Count} models{read}{(undated > 0 ? $"; {undated} without a date" : "")}";
    }

    /// <summary>The table with its header.</summary>
    public static IEnumerable<string> Lines(PriceList prices, IEnumerable<string> used)
    {
        var inUse = used.Select(prices.Find).ToHashSet();
        List<string[]> rows = [["", "model", "text", "audio", "image", "minute", "retires"]];
        rows.AddRange(prices.Models.Select(price => (string[])
        [
            inUse.Contains(price) ? "*" : "", TerminalText.Line(price.Model), Amounts(price.TextIn, price.TextCached, price.TextOut),
            Amounts(price.AudioIn, price.AudioCached, price.AudioOut),
            Amounts(price.ImageIn, price.ImageCached), Amount(price.PerMinute),
            price.Retires?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
        ]));
        return ["US dollars per million tokens (in/cached/out), or per minute of audio; * in use",
            .. TextTable.Lines(rows, "lllllrl", gap: 1)];
    }

    private static string Amounts(params ReadOnlySpan<decimal?> amounts)
    {
        List<string> words = [];
        foreach (var amount in amounts) words.Add(amount is null ? "-" : Amount(amount));
        return words.TrueForAll(word => word == "-") ? "" : string.Join('/', words);
    }

    private static string Amount(decimal? usd) => usd?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}
