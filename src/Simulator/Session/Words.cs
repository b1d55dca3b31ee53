namespace RealtimeAkka.Simulator.Session;

/// <summary>Splits text into deltas as the service does: each word with the space before it.</summary>
internal static class Words
{
    /// <summary>The text in at most <paramref name="count"/> pieces; null: one per word, 0: none.</summary>
    public static IReadOnlyList<string> Deltas(string text, int? count = null)
    {
        var words = Split(text);
        if (count is null || count >= words.Count) return words;
        return [.. Enumerable.Range(0, count.Value).Select(i => string.Concat(words[Share(i)..Share(i + 1)]))];

        int Share(int piece) => piece * words.Count / count.Value;
    }

    /// <summary>Padding that hides the length of the delta; the content is arbitrary.</summary>
    public static string Obfuscation(string delta) => new('x', 16 - delta.Length % 16);

    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var from = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i < text.Length && (text[i] != ' ' || text[i - 1] == ' ')) continue;
            words.Add(text[from..i]);
            from = i;
        }
        return words;
    }
}
