using System.Globalization;
using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>Costs and usages as text for people.</summary>
public static class Money
{
    /// <summary>US dollars with six decimal places; "unknown" without a price.</summary>
    public static string Usd(decimal? usd) => usd is { } known ? "$" + known.ToString("F6", CultureInfo.InvariantCulture) : "unknown";

    /// <summary>A sum of which parts may be missing: "at least" what is known, or "unknown" if nothing is.</summary>
    public static string AtLeast(decimal usd, bool isPart) => !isPart ? Usd(usd) : usd == 0 ? Usd(null) : $"at least {Usd(usd)}";

    /// <summary>A usage, e.g. <c>1906 text (1856 cached) + 95 audio in, 19 text out</c>; null if it counts nothing.</summary>
    public static string? Used(Usage usage) => usage switch
    {
        Usage.Tokens { TextIn: 0, AudioIn: 0, ImageIn: 0, TextOut: 0, AudioOut: 0 } => null,
        Usage.Tokens t
            => $"{Sum((t.TextIn, t.CachedText, "text"), (t.AudioIn, t.CachedAudio, "audio"), (t.ImageIn, t.CachedImage, "image"))} in, {Sum((t.TextOut, 0, "text"), (t.AudioOut, 0, "audio"))} out",
        Usage.Undivided u => string.Create(CultureInfo.InvariantCulture, $"{u.Total} tokens of unknown kind"),
        Usage.Duration d => string.Create(CultureInfo.InvariantCulture, $"{d.Seconds:0.0##} s of audio"),
        _ => null,
    };

    private static string Sum(params ReadOnlySpan<(long Tokens, long Cached, string Name)> parts)
    {
        List<string> words = [];
        foreach (var (tokens, cached, name) in parts)
        {
            if (tokens > 0) words.Add($"{tokens} {name}{(cached > 0 ? $" ({cached} cached)" : "")}");
        }
        return words.Count > 0 ? string.Join(" + ", words) : "nothing";
    }
}
