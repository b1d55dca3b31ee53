using System.Globalization;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Turns;

/// <summary>Compares two transcripts by words, after case folding and without punctuation.</summary>
public static class WordAgreement
{
    // The table has words x words cells; a spoken turn has a few hundred words, a hostile transcript may have a million.
    private const int MaxWords = 4000;

    /// <summary>
    /// The word errors of <paramref name="hypothesis"/> against <paramref name="reference"/>: WER = (S + I + D) / N, the minimum
    /// number of edits over the reference's words (Levenshtein distance). Null if a text is too long to compare.
    /// </summary>
    public static Agreement? Compare(string reference, string hypothesis)
    {
        var expected = Words(reference);
        var heard = Words(hypothesis);
        if (expected.Count > MaxWords || heard.Count > MaxWords) return null;

        // One row of the edit table at a time; each cell holds its edits by kind.
        var row = new Edits[heard.Count + 1];
        for (var j = 1; j <= heard.Count; j++) row[j] = row[j - 1] with { Insertions = j };

        foreach (var word in expected)
        {
            var diagonal = row[0];
            row[0] = row[0] with { Deletions = row[0].Deletions + 1 };
            for (var j = 1; j <= heard.Count; j++)
            {
                var above = row[j];
                row[j] = word.Span.SequenceEqual(heard[j - 1].Span)
                    ? diagonal
                    : Min(
                        diagonal with { Substitutions = diagonal.Substitutions + 1 },
                        above with { Deletions = above.Deletions + 1 },
                        row[j - 1] with { Insertions = row[j - 1].Insertions + 1 });
                diagonal = above;
            }
        }

        var edits = row[^1];
        var wer = edits.Total == 0 ? 0 : (double)edits.Total / Math.Max(1, expected.Count);
        return new Agreement(wer, edits.Substitutions, edits.Insertions, edits.Deletions);
    }

    /// <summary>The words of a text, in lower case. An apostrophe inside a word stays; all other punctuation separates.</summary>
    public static List<ReadOnlyMemory<char>> Words(string text)
    {
        var words = new List<ReadOnlyMemory<char>>(capacity: 16);
        var folded = text.ToLowerInvariant().Replace('’', '\'');
        var length = 0; // of the word that ends before the next character
        for (var i = 0; i < folded.Length; i++)
        {
            var c = folded[i];
            var inWord = char.IsLetterOrDigit(c) || char.IsSurrogate(c)
                || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            var apostrophe = c == '\'' && length > 0 && i + 1 < folded.Length && char.IsLetter(folded[i + 1]);
            if (inWord || apostrophe)
            {
                length++;
            }
            else if (length > 0)
            {
                words.Add(folded.AsMemory(i - length, length));
                length = 0;
            }
        }
        if (length > 0) words.Add(folded.AsMemory(folded.Length - length));
        return words;
    }

    private static Edits Min(Edits a, Edits b, Edits c)
    {
        var least = a.Total <= b.Total ? a : b;
        return least.Total <= c.Total ? least : c;
    }

    private readonly record struct Edits(int Substitutions, int Insertions, int Deletions)
    {
        public int Total => Substitutions + Insertions + Deletions;
    }
}
