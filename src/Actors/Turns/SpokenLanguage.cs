namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// What language a transcript is in, where that can be told without a model: by its letters, and among languages in Latin
/// letters by their most frequent words. It rather says nothing than something wrong.
/// </summary>
public static class SpokenLanguage
{
    private const int MaxWords = 400;

    // Words that are frequent in one of these languages and rare in the others.
    private static readonly (string Language, HashSet<string> Words)[] Frequent =
    [
        ("en", ["the", "and", "is", "it", "that", "was", "my", "of", "to", "you", "have", "this", "with", "what", "are", "not", "i'm", "it's"]),
        ("de", ["der", "die", "das", "und", "ist", "ich", "nicht", "ein", "eine", "mein", "war", "mit", "auf", "es", "wie", "sie", "wir", "hat"]),
        ("fr", ["le", "les", "et", "est", "je", "pas", "une", "mon", "vous", "que", "dans", "pour", "avec", "ce", "qui", "c'est", "j'ai", "nous"]),
        ("es", ["el", "los", "y", "es", "yo", "una", "mi", "usted", "que", "para", "con", "por", "está", "pero", "muy", "las", "del", "como"]),
        ("it", ["il", "gli", "e", "è", "io", "una", "mio", "che", "non", "per", "con", "sono", "della", "ho", "ma", "questo", "anche", "di"]),
        ("pt", ["o", "os", "e", "é", "eu", "uma", "meu", "você", "que", "não", "para", "com", "está", "mas", "muito", "isso", "do", "da"]),
        ("nl", ["het", "een", "en", "is", "ik", "niet", "mijn", "van", "dat", "was", "met", "op", "je", "wij", "naar", "ook", "heb", "zijn"]),
    ];

    /// <summary>Whether two texts are certainly not in the same language.</summary>
    public static bool Differ(string one, string other)
    {
        if (Script(one) is not { } first || Script(other) is not { } second) return false;
        return first != second || (Latin(one) is { } language && Latin(other) is { } another && language != another);
    }

    // A language code; null where there is too little to tell.
    private static string? Latin(string text)
    {
        var words = WordAgreement.Words(text.Length <= 8 * MaxWords ? text : text[..(8 * MaxWords)]);
        var scores = Frequent.Select(f => (f.Language, Hits: words.Count(f.Words.Contains))).OrderByDescending(f => f.Hits).Take(2).ToList();
        return scores[0].Hits >= 3 && scores[0].Hits >= 2 * scores[1].Hits ? scores[0].Language : null;
    }

    // The script of most letters; null for fewer than two.
    private static string? Script(string text)
    {
        var scripts = text.Take(8 * MaxWords).Where(char.IsLetter).GroupBy(ScriptOf).Select(g => (g.Key, Count: g.Count())).ToList();
        return scripts.Sum(s => s.Count) < 2 ? null : scripts.MaxBy(s => s.Count).Key;
    }

    private static string ScriptOf(char c) => c switch
    {
        < '\u0250' => "latin",
        >= '\u0370' and < '\u0400' => "greek",
        >= '\u0400' and < '\u0530' => "cyrillic",
        >= '\u0590' and < '\u0600' => "hebrew",
        >= '\u0600' and < '\u0780' => "arabic",
        >= '\u0900' and < '\u0980' => "devanagari",
        >= '\u0e00' and < '\u0e80' => "thai",
        >= '\u1e00' and < '\u1f00' => "latin",
        >= '\u3040' and < '\u3100' or >= '\u3400' and < '\ua000' => "han and kana",
        >= '\uac00' and < '\ud7b0' => "hangul",
        _ => "other",
    };
}
