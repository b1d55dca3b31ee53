using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Hearing;

/// <summary>Brings the text of an entity into the one form of its kind; null: it is no such entity after all.</summary>
public static class EntityValue
{
    private const int MaxOnStack = 128;

    /// <summary>The value of a match of <paramref name="pattern"/> in <paramref name="text"/>.</summary>
    public static string? Of(EntityPattern pattern, Match match, string text)
    {
        var value = match.Groups["value"] is { Success: true } named ? named : match;
        return pattern.Form switch
        {
            EntityForm.Name => Name(value, text, pattern.NoNames),
            EntityForm.Number => Number(value.Value),
            EntityForm.Spelled => Letters(value.Value) is { Length: >= 3 } letters ? letters : null,
            EntityForm.Code => Code(value.Value),
            EntityForm.Phone => Phone(value.Value),
            EntityForm.Date => Date(match.Groups["year"].Value, match.Groups["month"].Value, match.Groups["day"].Value),
            EntityForm.Time => Time(match.Groups["hour"].Value, match.Groups["minute"].Value, match.Groups["half"].Value),
            EntityForm.Money => Money(match.Groups["amount"].Value, match.Groups["cents"].Value, match.Groups["currency"].Value),
            EntityForm.Email => Email(value.Value),
            _ => string.Join(' ', WordReader.Read(value.Value).Select(word => word.Key)) is { Length: > 0 } words ? words : null,
        };
    }

    /// <summary>Letters and digits only, in one case: what is left to compare where two kinds of entity meet.</summary>
    public static string Bare(string value)
    {
        var folded = UnicodeFolding.Fold(value);
        var bare = folded.Length <= MaxOnStack ? stackalloc char[folded.Length] : new char[folded.Length];
        var length = 0;
        foreach (var c in folded)
        {
            if (char.IsLetterOrDigit(c)) bare[length++] = c;
        }
        return length == folded.Length ? folded : WordInterner.Of(bare[..length]);
    }

    private static string? Name(Capture match, string text, IReadOnlySet<string> noNames)
    {
        var words = match.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var before = text.AsSpan(0, match.Index).TrimEnd(" \"'(¿¡-");
        var first = 0;
        while (first < words.Length && noNames.Contains(UnicodeFolding.Fold(words[first]))) first++;
        var isStart = first == 0 && (before.IsEmpty || before[^1] is '.' or '!' or '?' or '…' or ':');
        var end = words.Length;
        while (end > first && noNames.Contains(UnicodeFolding.Fold(words[end - 1]))) end--;
        // A single capitalised word that begins a sentence is most likely no name.
        return end - first is 0 || (isStart && end - first == 1) ? null : string.Join(' ', words[first..end]);
    }

    // 1,250.50, 1.250,50 and 1250.5: the last separator is the decimal one, unless three digits follow it.
    private static string? Number(string text)
    {
        var last = text.LastIndexOfAny(['.', ',']);
        var isDecimal = last >= 0 && (text.Length - last - 1 != 3 || text[text.IndexOfAny(['.', ','])] != text[last]);
        var whole = Digits(isDecimal ? text.AsSpan(0, last) : text);
        var number = isDecimal ? $"{whole}.{Digits(text.AsSpan(last))}" : whole;
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? (whole.Length > 1 && whole[0] == '0' ? number : value.ToString("0.############################", CultureInfo.InvariantCulture))
            : number.Length > 0 ? number : null;
    }

    private static string Digits(ReadOnlySpan<char> text) => Only(text, char.IsAsciiDigit);

    private static string Letters(string text) => Only(text, char.IsLetter).ToUpperInvariant();

    private static string Only(ReadOnlySpan<char> text, Func<char, bool> which)
    {
        var kept = text.Length <= MaxOnStack ? stackalloc char[text.Length] : new char[text.Length];
        var length = 0;
        foreach (var c in text)
        {
            if (which(c)) kept[length++] = c;
        }
        return new string(kept[..length]);
    }

    private static string? Code(string text)
    {
        var code = Only(text, char.IsLetterOrDigit).ToUpperInvariant();
        var letters = 0;
        foreach (var c in code) letters += char.IsLetter(c) ? 1 : 0;
        var isAttached = false;
        for (var i = 1; i < text.Length; i++) isAttached |= char.IsLetter(text[i - 1]) && (char.IsDigit(text[i]) || text[i] == '-');
        return code.Length >= 4 && letters < code.Length && (letters >= 2 || (letters == 1 && isAttached)) ? code : null;
    }

    // One group of seven to nine digits is a number, unless it is written like a telephone number.
    private static string? Phone(string text)
    {
        var digits = Digits(text);
        var isPlain = digits.Length == text.Length && digits.Length < 10 && text[0] != '0';
        if (text.Length == digits.Length + 1 && text.IndexOf('.', StringComparison.Ordinal) >= text.Length - 3) return null; // 1250.75
        return digits.Length is < 7 or > 15 || isPlain ? null : text.StartsWith('+') ? $"+{digits}" : digits;
    }

    private static string? Date(string year, string month, string day)
    {
        if (!int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out var d) || d is < 1 or > 31) return null;
        if (!int.TryParse(month, NumberStyles.None, CultureInfo.InvariantCulture, out var m))
            m = EntityWords.Months.GetValueOrDefault(month.ToLowerInvariant());
        if (m is < 1 or > 12) return null;
        var digits = Digits(year);
        var y = digits.Length == 2 ? $"20{digits}" : digits;
        return string.Create(CultureInfo.InvariantCulture, $"{(y.Length == 4 ? y : "-")}-{m:00}-{d:00}");
    }

    private static string? Time(string hour, string minute, string half)
    {
        if (!int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var h) || h > 24) return null;
        var m = int.TryParse(minute, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        if (m > 59 || (half.Length > 0 && h is < 1 or > 12)) return null;
        if (half.Length > 0) h = h % 12 + (half[0] is 'p' or 'P' ? 12 : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{h:00}:{m:00}");
    }

    private static string? Money(string amount, string cents, string currency)
    {
        if (!EntityWords.Currencies.TryGetValue(currency.ToLowerInvariant(), out var code)) return null;
        if (Number(amount.Trim('.', ',')) is not { } number) return null;
        var value = cents.Length == 0 || number.Contains('.', StringComparison.Ordinal) ? number
            : $"{number}.{Digits(cents).PadLeft(2, '0')}";
        if (!decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var money)) return null;
        return $"{code} {money.ToString(money == decimal.Truncate(money) ? "0" : "0.00##", CultureInfo.InvariantCulture)}";
    }

    private static string? Email(string text)
    {
        var address = new StringBuilder(text.Length);
        foreach (var word in text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            address.Append(word switch
            {
                "at" => "@", "dot" or "point" or "punkt" => ".", "underscore" => "_", "dash" or "minus" or "hyphen" => "-", _ => word,
            });
        }
        return address.ToString().Trim('.');
    }
}
