using System.Globalization;
using System.Reflection;
using System.Text;

namespace RealtimeAkka.Hearing;

/// <summary>
/// What a word becomes before it is compared: NFKD, full case folding, NFKD again (Unicode Standard, 3.13, definition D146), without
/// default-ignorable code points and without marks that may be left out in writing. Its data is a table of its own, since the runtime
/// normalizes nothing in invariant globalization mode.
/// </summary>
public static class UnicodeFolding
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3;
    private const char DotAbove = '\u0307';
    private const int MaxOnStack = 128;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    // Default_Ignorable_Code_Point, the Arabic tatweel, and the optional vowel signs of Arabic and Hebrew.
    private static readonly (int First, int Last)[] Ignored =
    [
        (0xAD, 0xAD), (0x34F, 0x34F), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5C5), (0x5C7, 0x5C7), (0x61C, 0x61C),
        (0x640, 0x640), (0x64B, 0x652), (0x670, 0x670), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
        (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>Whether texts are to be compared with the Turkish letters i and ı, by the language or by the letters in one of them.</summary>
    public static bool IsTurkic(string? language, string one, string other) =>
        language is not null && (language.StartsWith("tr", StringComparison.OrdinalIgnoreCase)
            || language.StartsWith("az", StringComparison.OrdinalIgnoreCase))
        || one.AsSpan().ContainsAny("ığĞ") || other.AsSpan().ContainsAny("ığĞ");

    /// <summary>Whether a code point has no part in a comparison.</summary>
    public static bool IsIgnored(Rune rune)
    {
        if (rune.Value < 0xAD) return false;
        foreach (var (first, last) in Ignored)
        {
            if (rune.Value <= last) return rune.Value >= first;
        }
        return false;
    }

    /// <summary>The form in which two words are compared. Lone surrogates become U+FFFD.</summary>
    /// <param name="word">The word as written.</param>
    /// <param name="isTurkic">I is the capital of ı, and İ that of i.</param>
    public static string Fold(ReadOnlySpan<char> word, bool isTurkic = false)
    {
        if (Ascii.IsValid(word) && !isTurkic) return Lower(word);
        var folded = new StringBuilder(word.Length + 4);
        foreach (var rune in word.EnumerateRunes())
        {
            if (IsIgnored(rune)) continue;
            // I with a combining dot is the decomposed İ.
            if (isTurkic && rune.Value is 'I') folded.Append('ı');
            else if (isTurkic && rune.Value is 'İ') folded.Append('i');
            else if (isTurkic && rune.Value == DotAbove && folded.Length > 0 && folded[^1] == 'ı') folded[^1] = 'i';
            else if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
                folded.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            else if (rune.Value is >= HangulFirst and <= HangulLast) AppendHangul(folded, rune.Value - HangulFirst);
            else if (rune.Value < 0x80) folded.Append(char.ToLowerInvariant((char)rune.Value));
            else if (Data.Value.Folded.TryGetValue(rune.Value, out var to)) folded.Append(to);
            else AppendRune(folded, rune);
        }
        return WithoutDots(InOrder(folded.ToString()));
    }

    private static string Lower(ReadOnlySpan<char> word)
    {
        if (!word.ContainsAnyInRange('A', 'Z')) return WordInterner.Of(word);
        var lower = word.Length <= MaxOnStack ? stackalloc char[word.Length] : new char[word.Length];
        Ascii.ToLower(word, lower, out _);
        return WordInterner.Of(lower);
    }

    // Unicode Standard, 3.12: a syllable is a leading consonant, a vowel, and a trailing consonant or none.
    private static void AppendHangul(StringBuilder to, int syllable)
    {
        to.Append((char)(0x1100 + syllable / 588)).Append((char)(0x1161 + syllable % 588 / 28));
        if (syllable % 28 > 0) to.Append((char)(0x11A7 + syllable % 28));
    }

    private static void AppendRune(StringBuilder to, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        to.Append(units[..rune.EncodeToUtf16(units)]);
    }

    // Canonical order: adjacent marks by their combining class, equal ones as they come.
    private static string InOrder(string text)
    {
        if (IsInOrder(text)) return text;
        var (ordered, marks) = (new StringBuilder(text.Length), new List<Rune>());
        foreach (var rune in text.EnumerateRunes())
        {
            if (Class(rune) == 0) AppendMarks(ordered, marks);
            if (Class(rune) == 0) AppendRune(ordered, rune);
            else marks.Add(rune);
        }
        AppendMarks(ordered, marks);
        return ordered.ToString();
    }

    private static bool IsInOrder(string text)
    {
        byte last = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = Class(rune);
            if (next > 0 && next < last) return false;
            last = next;
        }
        return true;
    }

    private static void AppendMarks(StringBuilder to, List<Rune> marks)
    {
        foreach (var mark in marks.OrderBy(Class)) AppendRune(to, mark); // a stable sort
        marks.Clear();
    }

    private static byte Class(Rune rune) => rune.Value < 0x300 ? (byte)0 : Data.Value.Classes.GetValueOrDefault(rune.Value);

    // Full case folding leaves the dot of İ behind: no language tells i from i with a second dot.
    private static string WithoutDots(string text) => text.Replace("i" + DotAbove, "i", StringComparison.Ordinal);

    private sealed record Tables(Dictionary<int, string> Folded, Dictionary<int, byte> Classes)
    {
        public static Tables Read()
        {
            var (folded, classes) = (new Dictionary<int, string>(8000), new Dictionary<int, byte>(1000));
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("folding.txt")!);
            Span<Range> codes = stackalloc Range[20];
            Span<char> text = stackalloc char[40];
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith('#')) continue;
                var at = line.AsSpan().IndexOfAny(';', ':');
                var code = Parse(line.AsSpan(0, at));
                var value = line.AsSpan(at + 1);
                if (line[at] == ':')
                {
                    classes[code] = byte.Parse(value, CultureInfo.InvariantCulture);
                    continue;
                }
                var length = 0;
                var count = value.IsEmpty ? 0 : value.Split(codes, ' ');
                foreach (var range in codes[..count]) length += new Rune(Parse(value[range])).EncodeToUtf16(text[length..]);
                folded[code] = text[..length].ToString();
            }
            return new(folded, classes);
        }

        private static int Parse(ReadOnlySpan<char> hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
