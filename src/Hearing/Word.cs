using System.Buffers;
using System.Globalization;
using System.Text;

namespace RealtimeAkka.Hearing;

/// <summary>A word of a transcript.</summary>
/// <param name="Key">The form that is compared.</param>
/// <param name="Start">Where it begins in the transcript, in UTF-16 units.</param>
/// <param name="End">Where it ends, exclusive.</param>
public readonly record struct Word(string Key, int Start, int End)
{
    /// <summary>The word as written in <paramref name="transcript"/>.</summary>
    public string In(string transcript) => transcript[Start..End];
}

/// <summary>
/// Divides a transcript into words: letters, marks and numbers; an apostrophe between two letters and a point or comma between two digits
/// belong to the word. All else separates, and is not compared.
/// </summary>
public static class WordReader
{
    private const int UsualWord = 5; // characters, with the space after it

    private static readonly SearchValues<char> OddApostrophes = SearchValues.Create("’‘ʼ＇´`");

    /// <summary>
    /// The words of a transcript, folded by <see cref="UnicodeFolding"/>. The list may be shared: it is not to be changed.
    /// </summary>
    public static List<Word> Read(string transcript, bool isTurkic = false) =>
        new ReadingRules(isTurkic, IsEnglish: false).Read(transcript);

    internal static List<Word> Words(string transcript, bool isTurkic)
    {
        var words = new List<Word>(capacity: transcript.Length / UsualWord + 2);
        var start = -1; // of the word that ends before the next character; -1: none
        var before = Kind.Other;
        for (var i = 0; i < transcript.Length;)
        {
            var length = Rune.DecodeFromUtf16(transcript.AsSpan(i), out var rune, out var used) == OperationStatus.Done ? used : 1;
            var kind = KindOf(rune);
            if (kind is Kind.Apostrophe or Kind.Point && Joins(kind, before, transcript, i + length)) kind = before;
            if (kind is Kind.Letter or Kind.Digit && start < 0) start = i;
            if (kind is Kind.Apostrophe or Kind.Point or Kind.Other) Add(i);
            if (kind is not (Kind.Mark or Kind.Ignored)) before = kind;
            i += length;
        }
        Add(transcript.Length);
        return words;

        void Add(int end)
        {
            if (start >= 0 && Key(transcript.AsSpan(start..end), isTurkic) is { Length: > 0 } key) words.Add(new(key, start, end));
            start = -1;
        }
    }

    private static string Key(ReadOnlySpan<char> word, bool isTurkic)
    {
        var key = UnicodeFolding.Fold(word.ContainsAny(OddApostrophes) ? WithPlainApostrophes(word) : word, isTurkic);
        return key.Contains(',', StringComparison.Ordinal) ? WithoutGroups(key) : key;
    }

    private static string WithPlainApostrophes(ReadOnlySpan<char> word)
    {
        var plain = word.ToArray();
        foreach (ref var c in plain.AsSpan())
        {
            if (OddApostrophes.Contains(c)) c = '\'';
        }
        return new string(plain);
    }

    // 1,234,567.5 is 1234567.5; 1,5 stays.
    private static string WithoutGroups(string number)
    {
        var whole = number.AsSpan();
        if (whole.IndexOf('.') is var point and >= 0) whole = whole[..point];
        var first = whole.IndexOf(',');
        if (first is < 1 or > 3) return number;
        for (var at = first; at < whole.Length; at += 4)
        {
            if (whole[at] != ',' || at + 4 > whole.Length || whole[(at + 1)..(at + 4)].ContainsAnyExceptInRange('0', '9')) return number;
        }
        return number.Replace(",", "", StringComparison.Ordinal);
    }

    private static bool Joins(Kind kind, Kind before, string text, int next)
    {
        if (next >= text.Length || before != (kind == Kind.Apostrophe ? Kind.Letter : Kind.Digit)) return false;
        return Rune.DecodeFromUtf16(text.AsSpan(next), out var rune, out _) == OperationStatus.Done && KindOf(rune) == before;
    }

    private enum Kind { Other, Letter, Digit, Mark, Apostrophe, Point, Ignored }

    private static Kind KindOf(Rune rune)
    {
        if (rune.Value == '\'' || (rune.IsBmp && OddApostrophes.Contains((char)rune.Value))) return Kind.Apostrophe;
        if (rune.Value is '.' or ',') return Kind.Point;
        if (UnicodeFolding.IsIgnored(rune)) return Kind.Ignored;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber => Kind.Digit,
            UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Letter,
            UnicodeCategory.OtherSymbol when rune.Value is >= 0x3200 and <= 0x33FF => Kind.Letter, // words in one square, such as ㌔
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => Kind.Mark,
            _ => Kind.Other,
        };
    }
}
