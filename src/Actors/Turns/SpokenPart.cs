using System.Globalization;

namespace RealtimeAkka.Actors.Turns;

/// <summary>The words of a text that were spoken in the first part of its time.</summary>
public static class SpokenPart
{
    /// <summary>
    /// The words that were complete after <paramref name="heard"/> of <paramref name="length"/>, assuming an even pace; the characters
    /// in scripts without spaces between words.
    /// </summary>
    public static string Of(string text, TimeSpan heard, TimeSpan length)
    {
        if (heard >= length) return text;
        var end = (int)(text.Length * (heard / length));
        if (end <= 0) return "";
        var at = end;
        while (at > 0 && !IsBreak(text, at)) at--;
        return text[..at].TrimEnd();
    }

    // Whether a word may end before this position. No character of several code units is cut.
    private static bool IsBreak(string text, int at) => char.IsWhiteSpace(text[at])
        || (HasNoSpaces(text[at - 1]) && !char.IsLowSurrogate(text[at])
        && char.GetUnicodeCategory(text[at]) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark));

    // Thai, Lao, Myanmar, Khmer, Chinese and Japanese, the rare characters of which are surrogate pairs.
    private static bool HasNoSpaces(char c) => c is >= '\u0E00' and <= '\u0EFF' or >= '\u1000' and <= '\u109F'
        or >= '\u1780' and <= '\u17FF' or >= '\u2E80' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF' || char.IsSurrogate(c);
}
