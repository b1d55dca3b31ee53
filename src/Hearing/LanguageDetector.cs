namespace RealtimeAkka.Hearing;

/// <summary>
/// Detects the language of a transcript without a model: by its script, and for languages in Latin script by their most
/// frequent words. In doubt it reports nothing.
/// </summary>
public static class LanguageDetector
{
    private const int MaxWords = 400;

    // Words that are frequent in one of these languages and rare in the others.
    private static readonly (string Language, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words)[] Frequent =
    [
        ("en", Set("the", "and", "is", "it", "that", "was", "my", "of", "to", "you", "have", "this", "with", "what", "are", "not", "i'm",
        "it's")),
        ("de", Set("der", "die", "das", "und", "ist", "ich", "nicht", "ein", "eine", "mein", "war", "mit", "auf", "es", "wie", "sie", "wir",
        "hat")),
        ("fr", Set("le", "les", "et", "est", "je", "pas", "une", "mon", "vous", "que", "dans", "pour", "avec", "ce", "qui", "c'est", "j'ai",
        "nous")),
        ("es", Set("el", "los", "y", "es", "yo", "una", "mi", "usted", "que", "para", "con", "por", "está", "pero", "muy", "las", "del",
        "como")),
        ("it", Set("il", "gli", "e", "è", "io", "una", "mio", "che", "non", "per", "con", "sono", "della", "ho", "ma", "questo", "anche",
        "di")),
        ("pt", Set("o", "os", "e", "é", "eu", "uma", "meu", "você", "que", "não", "para", "com", "está", "mas", "muito", "isso", "do",
        "da")),
        ("nl", Set("het", "een", "en", "is", "ik", "niet", "mijn", "van", "dat", "was", "met", "op", "je", "wij", "naar", "ook", "heb",
        "zijn")),
    ];

    /// <summary>Whether two texts are certainly not in the same language.</summary>
    public static bool AreDifferent(string one, string other)
    {
        if (Script(one) is not { } first || Script(other) is not { } second) return false;
        return first != second || (Latin(one) is { } language && Latin(other) is { } another && language != another);
    }

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(params ReadOnlySpan<string> words) =>
        new HashSet<string>([.. words], StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    // A language code; null: too few words to decide.
    private static string? Latin(string text)
    {
        var words = WordReader.Read(text.Length <= 8 * MaxWords ? text : text[..(8 * MaxWords)]);
        var (best, most, second) = ("", 0, 0);
        foreach (var (language, frequent) in Frequent)
        {
            var hits = 0;
            foreach (var word in words)
            {
                if (frequent.Contains(word.Key)) hits++;
            }
            if (hits > most) (best, most, second) = (language, hits, most);
            else second = Math.Max(second, hits);
        }
        return most >= 3 && most >= 2 * second ? best : null;
    }

    // The script of most letters; null for fewer than two letters.
    private static Letters? Script(string text)
    {
        Span<int> counts = stackalloc int[(int)Letters.Other + 1];
        var all = 0;
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 8 * MaxWords)))
        {
            if (!char.IsLetter(c)) continue;
            counts[(int)ScriptOf(c)]++;
            all++;
        }
        return all < 2 ? null : (Letters)counts.IndexOf(Max(counts));
    }

    private static int Max(ReadOnlySpan<int> counts)
    {
        var max = 0;
        foreach (var count in counts) max = Math.Max(max, count);
        return max;
    }

    private enum Letters { Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, HanAndKana, Hangul, Other }

    private static Letters ScriptOf(char c) => c switch
    {
        < '\u0250' => Letters.Latin,
        >= '\u0370' and < '\u0400' => Letters.Greek,
        >= '\u0400' and < '\u0530' => Letters.Cyrillic,
        >= '\u0590' and < '\u0600' => Letters.Hebrew,
        >= '\u0600' and < '\u0780' => Letters.Arabic,
        >= '\u0900' and < '\u0980' => Letters.Devanagari,
        >= '\u0e00' and < '\u0e80' => Letters.Thai,
        >= '\u1e00' and < '\u1f00' => Letters.Latin,
        >= '\u3040' and < '\u3100' or >= '\u3400' and < '\ua000' => Letters.HanAndKana,
        >= '\uac00' and < '\ud7b0' => Letters.Hangul,
        _ => Letters.Other,
    };
}
