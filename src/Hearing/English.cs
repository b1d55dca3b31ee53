using System.Collections.Frozen;
using System.Globalization;

namespace RealtimeAkka.Hearing;

/// <summary>
/// Makes English words equal that sound the same: cardinal and ordinal number words become digits, and a few signs and short forms become
/// words. A text of "twenty three percent" and one of "23%" have the same words afterwards.
/// </summary>
public static class English
{
    private static readonly FrozenDictionary<string, long> Units = new Dictionary<string, long>
    {
        ["zero"] = 0, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7, ["eight"] = 8,
        ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15,
        ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, long> Tens = new Dictionary<string, long>
    {
        ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40, ["fourty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70,
        ["eighty"] = 80, ["ninety"] = 90,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, long> Ordinals = new Dictionary<string, long>
    {
        ["first"] = 1, ["second"] = 2, ["third"] = 3, ["fourth"] = 4, ["fifth"] = 5, ["sixth"] = 6, ["seventh"] = 7, ["eighth"] = 8,
        ["ninth"] = 9, ["tenth"] = 10, ["eleventh"] = 11, ["twelfth"] = 12, ["thirteenth"] = 13, ["fourteenth"] = 14, ["fifteenth"] = 15,
        ["sixteenth"] = 16, ["seventeenth"] = 17, ["eighteenth"] = 18, ["nineteenth"] = 19, ["twentieth"] = 20, ["thirtieth"] = 30,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, long> Multipliers = new Dictionary<string, long>
    {
        ["hundred"] = 100, ["thousand"] = 1000, ["million"] = 1_000_000, ["billion"] = 1_000_000_000,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, int> Repeats = new Dictionary<string, int>
    {
        ["double"] = 2, ["triple"] = 3,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Same = new Dictionary<string, string>
    {
        ["ok"] = "okay", ["mr"] = "mister", ["mrs"] = "missus", ["dr"] = "doctor", ["dollar"] = "dollars", ["euro"] = "euros",
        ["pound"] = "pounds",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<char, string> Signs = new Dictionary<char, string>
    {
        ['%'] = "percent", ['&'] = "and", ['$'] = "dollars", ['€'] = "euros", ['£'] = "pounds",
    }.ToFrozenDictionary();

    /// <summary>
    /// Whether a text is compared as English: the session's language says so, or there is none and both texts have ASCII letters only.
    /// </summary>
    public static bool IsSpoken(string? language, string one, string other) => language is not null
        ? language.StartsWith("en", StringComparison.OrdinalIgnoreCase)
        : HasAsciiLettersOnly(one) && HasAsciiLettersOnly(other);

    /// <summary>The words of <paramref name="transcript"/>, which were read from it, in one form.</summary>
    public static List<Word> Normalize(List<Word> words, string transcript) => Digits(Numbers(WithSigns(words, transcript), transcript));

    private static bool HasAsciiLettersOnly(string text)
    {
        foreach (var c in text)
        {
            if (c > 127 && char.IsLetter(c)) return false;
        }
        return true;
    }

    // Signs are not part of words: they stand between them.
    private static List<Word> WithSigns(List<Word> words, string transcript)
    {
        if (!transcript.AsSpan().ContainsAny("%&$€£")) return words;
        var all = new List<Word>(words.Count + 4);
        var at = 0;
        string? currency = null; // of the amount that follows, and that amount
        Word? amount = null;
        foreach (var word in words)
        {
            Between(word.Start);
            // "$5 million" is 5 million dollars.
            if (currency is not null && amount is { } of && !Multipliers.ContainsKey(word.Key)) Flush(of);
            all.Add(word);
            if (currency is not null) amount = word;
            at = word.End;
        }
        if (amount is { } last) Flush(last);
        Between(transcript.Length);
        return all;

        void Flush(Word of)
        {
            all.Add(new(currency!, of.Start, of.End));
            (currency, amount) = (null, null);
        }

        void Between(int end)
        {
            for (var i = at; i < end; i++)
            {
                if (!Signs.TryGetValue(transcript[i], out var sign)) continue;
                var next = transcript.AsSpan(i + 1).TrimStart(' ');
                if (sign is "percent" or "and" || next.IsEmpty || !char.IsDigit(next[0])) all.Add(new(sign, i, i + 1));
                else (currency, amount) = (sign, null);
            }
        }
    }

    private static List<Word> Numbers(List<Word> words, string transcript)
    {
        List<Word>? changed = null; // from the first word on that reads otherwise
        for (var i = 0; i < words.Count;)
        {
            var (key, next) = Number(words, i, transcript);
            if (key is not null) (changed ??= words[..i]).Add(new(key, words[i].Start, words[next - 1].End));
            else if (Same.TryGetValue(words[i].Key, out var same)) (changed ??= words[..i]).Add(words[i] with { Key = same });
            else changed?.Add(words[i]);
            i = Math.Max(next, i + 1);
        }
        return changed ?? words;
    }

    // The number that begins at a word, and the word after it. "twenty three", "two hundred and five", "3 million", "twenty third".
    private static (string? Key, int Next) Number(List<Word> words, int at, string transcript)
    {
        if (Below100(words, at, transcript) is not { } first) return (null, at);
        if (first.IsOrdinal) return (Ordinal(first.Value), first.Next);

        long total = 0, part = first.Value;
        var next = first.Next;
        while (Continues(words, next, transcript)
            && Multipliers.TryGetValue(words[next].Key, out var times) && part > 0 && part <= long.MaxValue / times)
        {
            next++;
            if (times == 100) part *= 100;
            else (total, part) = (total + part * times, 0);
            var more = Continues(words, next, transcript) && words[next].Key == "and" ? next + 1 : next;
            if (!Continues(words, more, transcript) || Below100(words, more, transcript, isWord: true) is not { } rest || total > 1e15) continue;
            (part, next) = (part + rest.Value, rest.Next);
            if (rest.IsOrdinal) return (Ordinal(total + part), next);
        }
        return next == first.Next && first.IsDigits ? (null, at) : ((total + part).ToString(CultureInfo.InvariantCulture), next);
    }

    private static (long Value, int Next, bool IsOrdinal, bool IsDigits)? Below100(
        List<Word> words, int at, string transcript, bool isWord = false)
    {
        var key = words[at].Key;
        if (Units.TryGetValue(key, out var unit)) return (unit, at + 1, false, false);
        if (Ordinals.TryGetValue(key, out var ordinal)) return (ordinal, at + 1, true, false);
        if (Tens.TryGetValue(key, out var tens))
        {
            if (!Continues(words, at + 1, transcript)) return (tens, at + 1, false, false);
            if (Units.TryGetValue(words[at + 1].Key, out var ones) && ones is > 0 and < 10) return (tens + ones, at + 2, false, false);
            if (Ordinals.TryGetValue(words[at + 1].Key, out var last) && last < 10) return (tens + last, at + 2, true, false);
            return (tens, at + 1, false, false);
        }
        return !isWord && key.Length is > 0 and <= 9 && !key.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? (long.Parse(key, CultureInfo.InvariantCulture), at + 1, false, true) : null;
    }

    // A number does not go on behind a comma or a full stop.
    private static bool Continues(List<Word> words, int at, string transcript) =>
        at < words.Count && words[at].Start >= words[at - 1].End
        && !transcript.AsSpan(words[at - 1].End, words[at].Start - words[at - 1].End).ContainsAnyExcept(" -\u2010\u2011\u00A0\n");

    private static string Ordinal(long number) => number.ToString(CultureInfo.InvariantCulture) + (number % 100 is >= 11 and <= 13 ? "th"
        : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });

    // "five oh one" is 5 0 1, "double five" is 5 5, "three point five" is 3.5.
    private static List<Word> Digits(List<Word> words)
    {
        if (!words.Exists(word => word.Key is "oh" or "o" or "point" || Repeats.ContainsKey(word.Key))) return words;
        var all = new List<Word>(words.Count);
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            var isBetween = i > 0 && i + 1 < words.Count && IsNumber(words[i + 1]) && all.Count > 0 && IsNumber(all[^1]);
            if (isBetween && word.Key is "oh" or "o")
            {
                all.Add(word with { Key = "0" });
            }
            else if (isBetween && word.Key == "point" && !all[^1].Key.Contains('.', StringComparison.Ordinal))
            {
                all[^1] = new($"{all[^1].Key}.{words[++i].Key}", all[^1].Start, words[i].End);
            }
            else if (Repeats.TryGetValue(word.Key, out var times) && i + 1 < words.Count && IsNumber(words[i + 1]) && words[i + 1].Key.Length == 1)
            {
                for (var n = 0; n < times; n++) all.Add(new(words[i + 1].Key, word.Start, words[i + 1].End));
                i++;
            }
            else
            {
                all.Add(word);
            }
        }
        return all;
    }

    private static bool IsNumber(Word word) => !word.Key.AsSpan().ContainsAnyExceptInRange('0', '9');
}
