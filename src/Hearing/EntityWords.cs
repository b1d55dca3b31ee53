using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Hearing;

/// <summary>The words that patterns of entities may name: <c>{month}</c> and <c>{currency}</c>.</summary>
public static class EntityWords
{
    /// <summary>
    /// Names of months and their short forms in English, German, French, Spanish, Italian, Portuguese and Dutch, in small letters.
    /// </summary>
    public static FrozenDictionary<string, int> Months { get; } = new (int Month, string Names)[]
    {
        (1, "january jan januar jänner janvier enero ene gennaio janeiro januari"),
        (2, "february feb februar février fév febrero febbraio fevereiro februari"),
        (3, "march mar märz mars marzo março maart"),
        (4, "april apr avril avr abril abr aprile"),
        (5, "may mai mayo maggio maio mei"),
        (6, "june jun juni juin junio giugno junho"),
        (7, "july jul juli juillet julio luglio julho"),
        (8, "august aug août aout agosto ago augustus"),
        (9, "september sep sept septembre septiembre settembre setembro"),
        (10, "october oct oktober okt octobre octubre ottobre outubro"),
        (11, "november nov novembre noviembre novembro"),
        (12, "december dec dezember dez décembre déc diciembre dic dicembre dezembro"),
    }.SelectMany(month => month.Names.Split(' ').Select(name => (name, month.Month))).ToFrozenDictionary(pair => pair.name, pair => pair.Month);

    /// <summary>Signs, names and ISO 4217 codes of currencies, in small letters.</summary>
    public static FrozenDictionary<string, string> Currencies { get; } = new (string Code, string Names)[]
    {
        ("USD", "$ usd dollar dollars bucks"), ("EUR", "€ eur euro euros"), ("GBP", "£ gbp pound pounds"), ("JPY", "¥ 円 jpy yen"),
        ("CNY", "元 cny yuan"), ("CHF", "chf franken francs"), ("INR", "₹ inr rupee rupees"),
    }.SelectMany(currency => currency.Names.Split(' ').Select(name => (name, currency.Code)))
    .ToFrozenDictionary(pair => pair.name, pair => pair.Code);

    /// <summary>The pattern with the words in place of their names.</summary>
    public static string Complete(string pattern) => pattern
        .Replace("{month}", Alternatives(Months.Keys), StringComparison.Ordinal)
        .Replace("{currency}", Alternatives(Currencies.Keys), StringComparison.Ordinal);

    private static string Alternatives(IEnumerable<string> words) => "(?i:" + string.Join('|', words
        .OrderByDescending(word => word.Length).ThenBy(word => word, StringComparer.Ordinal)
        .Select(word => char.IsLetter(word[^1]) && word[^1] < 0x3000 ? $@"{word}\b" : Regex.Escape(word))) + ")";
}
