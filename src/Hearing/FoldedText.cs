using System.Buffers;
using System.Globalization;
using System.Text;

namespace RealtimeAkka.Hearing;

/// <summary>
/// A text in the form in which words are looked for: folded by <see cref="UnicodeFolding"/>, one blank in the place of what is no letter or
/// digit, and none between letters of scripts that are written without spaces. Each character knows where it stands in the text.
/// </summary>
public sealed class FoldedText
{
    private readonly string _folded;
    private readonly List<(int Start, int End)> _places; // in the text as written, of each folded character

    private FoldedText(string folded, List<(int Start, int End)> places) => (_folded, _places) = (folded, places);

    /// <summary>Whether there is nothing to look for: no letter and no digit.</summary>
    public bool IsEmpty => _folded.Length == 0;

    /// <summary>
    /// Folds a text. <paramref name="keepsAccents"/>: e and é are different letters; else combining accents are left out.
    /// </summary>
    public static FoldedText Of(string text, bool keepsAccents)
    {
        var builder = new Builder(text.Length, keepsAccents);
        for (var at = 0; at < text.Length;)
        {
            // Accents follow their letter, so the length of a cluster matters only where the next character is none of ASCII.
            var length = text[at] < 0x80 && (at + 1 == text.Length || text[at + 1] < 0x80)
                ? 1 : StringInfo.GetNextTextElementLength(text, at);
            builder.Add(text.AsSpan(at, length), at);
            at += length;
        }
        return builder.Build();
    }

    /// <summary>
    /// A text to look for: it keeps its accents if it has any, so that "Müller" does not find "Muller", but "Muller" finds both.
    /// </summary>
    public static (FoldedText Text, bool KeepsAccents) Query(string text)
    {
        var accented = Of(text, keepsAccents: true);
        return accented._folded.AsSpan().ContainsAnyInRange(Builder.FirstAccent, Builder.LastAccent)
            ? (accented, true) : (Of(text, keepsAccents: false), false);
    }

    /// <summary>Where <paramref name="query"/> stands in the text as written, in UTF-16 units; the end is exclusive.</summary>
    public IEnumerable<(int Start, int End)> Find(FoldedText query)
    {
        if (query.IsEmpty) yield break;
        for (var at = 0; (at = _folded.IndexOf(query._folded, at, StringComparison.Ordinal)) >= 0;)
        {
            var last = at + query._folded.Length - 1;
            // One letter may fold to several characters; a match is made of whole ones.
            var isWhole = (at == 0 || _places[at - 1] != _places[at]) && (last + 1 == _places.Count || _places[last + 1] != _places[last]);
            if (isWhole) yield return (_places[at].Start, _places[last].End);
            at += isWhole ? query._folded.Length : 1;
        }
    }

    private sealed class Builder(int capacity, bool keepsAccents)
    {
        public const char FirstAccent = '\u0300';
        public const char LastAccent = '\u036F';

        private static readonly SearchValues<char> Apostrophes = SearchValues.Create("'’‘ʼ＇´`");

        private readonly StringBuilder _folded = new(capacity);
        private readonly List<(int Start, int End)> _places = new(capacity);
        private (int Start, int End)? _gap; // between the last letter and the next
        private bool _isLastSpaced;

        public void Add(ReadOnlySpan<char> cluster, int at)
        {
            if (cluster is [var only] && Apostrophes.Contains(only)) return;
            if (Rune.DecodeFromUtf16(cluster, out var first, out _) != OperationStatus.Done || !IsOfWord(first))
            {
                _gap ??= (at, at + cluster.Length);
                return;
            }
            var isSpaced = !Scripts.IsWrittenWithoutSpaces(first.Value);
            if (_gap is { } gap && _folded.Length > 0 && (isSpaced || _isLastSpaced)) Append(" ", gap);
            (_gap, _isLastSpaced) = (null, isSpaced);
            Append(UnicodeFolding.Fold(cluster), (at, at + cluster.Length));
        }

        public FoldedText Build() => new(_folded.ToString(), _places);

        private void Append(ReadOnlySpan<char> folded, (int Start, int End) place)
        {
            foreach (var c in folded)
            {
                if (!keepsAccents && c is >= FirstAccent and <= LastAccent) continue;
                _folded.Append(c);
                _places.Add(place);
            }
        }

        private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark;
    }
}
