namespace RealtimeAkka.Hearing;

/// <summary>
/// The words of the texts that this thread read last. To judge a turn, its two transcripts and the latest answers are read again and again,
/// by one rule after the other.
/// </summary>
internal static class RecentReadings
{
    private const int Texts = 16;
    private const int MaxLength = 2000; // UTF-16 units; longer texts are read anew

    [ThreadStatic] private static (string Text, ReadingRules Rules, List<Word> Words)[]? t_readings;
    [ThreadStatic] private static int t_next;

    /// <summary>The words of this very string, read by these rules; null: it must be read.</summary>
    public static List<Word>? Find(string text, ReadingRules rules)
    {
        foreach (var (known, by, words) in t_readings ?? [])
        {
            if (ReferenceEquals(known, text) && by == rules) return words;
        }
        return null;
    }

    /// <summary>Keeps the words of a text, and returns them.</summary>
    public static List<Word> Keep(string text, ReadingRules rules, List<Word> words)
    {
        if (text.Length > MaxLength) return words;
        t_readings ??= new (string, ReadingRules, List<Word>)[Texts];
        t_readings[t_next] = (text, rules, words);
        t_next = (t_next + 1) % Texts;
        return words;
    }
}
