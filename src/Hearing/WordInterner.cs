namespace RealtimeAkka.Hearing;

/// <summary>Interns folded words: most words of speech are among the same few thousand, so they are seldom allocated again.</summary>
internal static class WordInterner
{
    private const int Places = 4096; // a power of two: each word maps to one entry, which holds the last word that mapped there
    private const int MaxLength = 32;

    [ThreadStatic] private static string?[]? t_known;

    /// <summary>The word as a string.</summary>
    public static string Of(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty) return "";
        if (word.Length > MaxLength) return word.ToString();
        ref var known = ref (t_known ??= new string?[Places])[string.GetHashCode(word) & (Places - 1)];
        return known is not null && word.SequenceEqual(known) ? known : known = word.ToString();
    }
}
