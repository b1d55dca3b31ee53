using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing;

/// <summary>
/// Two transcripts of the same audio, aligned. The unit is the word, or the grapheme cluster (Unicode Standard Annex 29) where most letters
/// are of a script that is written without spaces. Where words are divided is not a difference: "e mail" is "email".
/// </summary>
public sealed class TranscriptComparison
{
    // More are counted, not listed.
    private const int MaxDifferences = 1000;

    // Cells of the table of edits between two texts' graphemes; beyond that they are counted between words that differ only.
    private const int MaxCells = 4_000_000;

    // A difference of more words on a side is equal only as a whole.
    private const int MaxJoined = 64;

    private readonly string _oob, _asr;
    private readonly List<Word> _reference, _hypothesis;
    private readonly List<AlignedToken> _path;

    private TranscriptComparison(string oob, string asr, List<Word> reference, List<Word> hypothesis, AgreementUnit unit)
    {
        (_oob, _asr, _reference, _hypothesis) = (oob, asr, reference, hypothesis);
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        _path = EditAlignment.Align(
            Numbers(reference, known), Numbers(hypothesis, known), (i, j) => Unlike(reference[i].Key, hypothesis[j].Key));
        if (unit == AgreementUnit.Word) _path = WordDivision.Ignore(_path, reference, hypothesis, MaxJoined);
        Agreement = Measure(unit);
    }

    /// <summary>The figures, with the model's text as the reference.</summary>
    public Agreement Agreement { get; }

    /// <summary>The words of the model's text, or its grapheme clusters.</summary>
    public IReadOnlyList<Word> Reference => _reference;

    /// <summary>The words of the ASR's text, or its grapheme clusters.</summary>
    public IReadOnlyList<Word> Hypothesis => _hypothesis;

    /// <summary>How the words of the two correspond, in order.</summary>
    public IReadOnlyList<AlignedToken> Path => _path;

    /// <summary>
    /// Compares the ASR's text with the model's. <paramref name="language"/>: an ISO 639 code of the session, null if it is not known.
    /// Time and memory are in proportion to the texts' lengths.
    /// </summary>
    public static TranscriptComparison Of(string oob, string asr, string? language = null)
    {
        var rules = ReadingRules.Of(language, oob, asr);
        return IsWrittenWithoutSpaces(oob, asr)
            ? new(oob, asr, Graphemes(oob, rules.IsTurkic), Graphemes(asr, rules.IsTurkic), AgreementUnit.Grapheme)
            : new(oob, asr, rules.Read(oob), rules.Read(asr), AgreementUnit.Word);
    }

    private Agreement Measure(AgreementUnit unit)
    {
        var differences = ImmutableArray.CreateBuilder<Difference>();
        int substituted = 0, inserted = 0, deleted = 0;
        foreach (var step in _path)
        {
            if (step.Edit == Edit.Equal) continue;
            if (step.Edit == Edit.Substitute) substituted++;
            else if (step.Edit == Edit.Insert) inserted++;
            else deleted++;
            if (differences.Count == MaxDifferences) continue;
            differences.Add(new(
                step.Edit.ToString().ToLowerInvariant(),
                step.Edit == Edit.Insert ? null : _reference[step.Reference].In(_oob),
                step.Edit == Edit.Delete ? null : _hypothesis[step.Hypothesis].In(_asr)));
        }
        var wer = Rate(substituted + inserted + deleted, _reference.Count);
        return new Agreement(
            wer, substituted, inserted, deleted, unit == AgreementUnit.Grapheme ? wer : CharacterErrorRate(), unit,
            differences.ToImmutable());
    }

    // CER = edits between the grapheme clusters of all words, over those of the reference.
    private double CharacterErrorRate()
    {
        var others = new Dictionary<string, int>(StringComparer.Ordinal);
        var (one, other) = (Clusters(_reference, others), Clusters(_hypothesis, others));
        if ((long)one.Count * other.Count <= MaxCells) return Rate(Distance(one, other), one.Count);

        var edits = 0;
        for (var i = 0; i < _path.Count;)
        {
            var end = i;
            while (end < _path.Count && _path[end].Edit != Edit.Equal) end++;
            if (end > i)
            {
                var region = CollectionsMarshal.AsSpan(_path)[i..end];
                edits += Distance(
                    Clusters(Words(_reference, region, Edit.Insert, step => step.Reference), others),
                    Clusters(Words(_hypothesis, region, Edit.Delete, step => step.Hypothesis), others));
            }
            i = end + 1;
        }
        return Rate(edits, one.Count);
    }

    private static List<Word> Words(List<Word> words, ReadOnlySpan<AlignedToken> region, Edit without, Func<AlignedToken, int> index)
    {
        var all = new List<Word>(region.Length);
        foreach (var step in region)
        {
            if (step.Edit != without) all.Add(words[index(step)]);
        }
        return all;
    }

    private static int Distance(List<int> one, List<int> other)
    {
        var path = EditAlignment.Align(CollectionsMarshal.AsSpan(one), CollectionsMarshal.AsSpan(other));
        var edits = 0;
        foreach (var step in path)
        {
            if (step.Edit != Edit.Equal) edits++;
        }
        return edits;
    }

    private static double Rate(int edits, int tokens) => edits == 0 ? 0 : (double)edits / Math.Max(1, tokens);

    private static int[] Numbers(List<Word> words, Dictionary<string, int> known)
    {
        var numbers = new int[words.Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = Number(known, words[i].Key);
        return numbers;
    }

    private static int Number(Dictionary<string, int> known, string token)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(known, token, out var isKnown);
        if (!isKnown) number = known.Count;
        return number;
    }

    // 0: alike, 8: nothing in common. By their common beginning and end, which is enough to choose between alignments.
    private static int Unlike(string one, string other)
    {
        var shorter = Math.Min(one.Length, other.Length);
        var start = one.AsSpan().CommonPrefixLength(other);
        var end = 0;
        while (end < shorter - start && one[^(end + 1)] == other[^(end + 1)]) end++;
        return 8 - 8 * (start + end) / Math.Max(one.Length, other.Length);
    }

    // A number for each grapheme cluster: its character, or beyond those a number of its own.
    private static List<int> Clusters(List<Word> words, Dictionary<string, int> others)
    {
        var clusters = new List<int>(words.Count * 6);
        foreach (var word in words)
        {
            for (var rest = word.Key.AsSpan(); !rest.IsEmpty;)
            {
                var length = rest.Length == 1 || (rest[0] < 0x80 && rest[1] < 0x80) ? 1 : StringInfo.GetNextTextElementLength(rest);
                if (length == 1) clusters.Add(rest[0]);
                else clusters.Add(char.MaxValue + Number(others, rest[..length].ToString()));
                rest = rest[length..];
            }
        }
        return clusters;
    }

    private static List<Word> Graphemes(string text, bool isTurkic)
    {
        var clusters = new List<Word>(text.Length);
        foreach (var word in WordReader.Read(text, isTurkic))
        {
            for (var start = word.Start; start < word.End;)
            {
                var end = start + StringInfo.GetNextTextElementLength(text.AsSpan(start, word.End - start));
                // One cluster as written may be several when folded: ㌔ is キロ.
                var key = UnicodeFolding.Fold(text.AsSpan(start, end - start), isTurkic);
                for (var at = 0; at < key.Length;)
                {
                    var length = StringInfo.GetNextTextElementLength(key.AsSpan(at));
                    clusters.Add(new(key.Substring(at, length), start, end));
                    at += length;
                }
                start = end;
            }
        }
        return clusters;
    }

    // At least half of the letters.
    private static bool IsWrittenWithoutSpaces(string one, string other)
    {
        var (letters, without) = (0, 0);
        Count(one, ref letters, ref without);
        Count(other, ref letters, ref without);
        return without > 0 && 2 * without >= letters;
    }

    private static void Count(string text, ref int letters, ref int without)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var used = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done ? length : 1;
            rest = rest[used..];
            if (!Rune.IsLetter(rune)) continue;
            letters++;
            if (Scripts.IsWrittenWithoutSpaces(rune.Value)) without++;
        }
    }
}
