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

    // Words of both texts that are found one by one; a table of more costs less.
    private const int MaxSought = 64;

    private readonly string _oob, _asr;
    private readonly List<Word> _reference, _hypothesis;
    private readonly List<AlignedToken> _path;

    private TranscriptComparison(string oob, string asr, List<Word> reference, List<Word> hypothesis, AgreementUnit unit)
    {
        (_oob, _asr, _reference, _hypothesis) = (oob, asr, reference, hypothesis);
        _path = Align(reference, hypothesis, unit, (i, j) => Unlike(reference[i].Key, hypothesis[j].Key));
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
        var (reference, hypothesis, unit) = Read(oob, asr, language);
        return new(oob, asr, reference, hypothesis, unit);
    }

    /// <summary>The word error rate of <see cref="Of"/> alone, where nothing is shown.</summary>
    public static double WordErrorRate(string oob, string asr, string? language = null)
    {
        var (reference, hypothesis, unit) = Read(oob, asr, language);
        return Rate(Edits(Align(reference, hypothesis, unit, unlike: null)), reference.Count);
    }

    internal static int Edits(List<AlignedToken> path)
    {
        var edits = 0;
        foreach (var step in path)
        {
            if (step.Edit != Edit.Equal) edits++;
        }
        return edits;
    }

    private static (List<Word> Reference, List<Word> Hypothesis, AgreementUnit Unit) Read(string oob, string asr, string? language)
    {
        var rules = ReadingRules.Of(language, oob, asr);
        return IsWrittenWithoutSpaces(oob, asr)
            ? (Graphemes(oob, rules.IsTurkic), Graphemes(asr, rules.IsTurkic), AgreementUnit.Grapheme)
            : (rules.Read(oob), rules.Read(asr), AgreementUnit.Word);
    }

    private static List<AlignedToken> Align(
        List<Word> reference, List<Word> hypothesis, AgreementUnit unit, Func<int, int, int>? unlike)
    {
        var all = ArrayPool<int>.Shared.Rent(reference.Count + hypothesis.Count);
        var one = all.AsSpan(0, reference.Count);
        var other = all.AsSpan(reference.Count, hypothesis.Count);
        Number(reference, hypothesis, one, other);
        var path = EditAlignment.Align(one, other, unlike);
        ArrayPool<int>.Shared.Return(all);
        return unit == AgreementUnit.Word ? WordDivision.Ignore(path, reference, hypothesis, MaxJoined) : path;
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
                step.Edit switch { Edit.Substitute => "substitute", Edit.Insert => "insert", _ => "delete" },
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
        Dictionary<string, int>? others = null;
        using var one = Clusters.Of(_reference, ref others);
        using var other = Clusters.Of(_hypothesis, ref others);
        if ((long)one.All.Length * other.All.Length <= MaxCells) return Rate(EditAlignment.Distance(one.All, other.All), one.All.Length);

        var edits = 0;
        for (var i = 0; i < _path.Count;)
        {
            var end = i;
            while (end < _path.Count && _path[end].Edit != Edit.Equal) end++;
            if (end > i)
            {
                var region = CollectionsMarshal.AsSpan(_path)[i..end];
                using var ours = Clusters.Of(Words(_reference, region, Edit.Insert, step => step.Reference), ref others);
                using var theirs = Clusters.Of(Words(_hypothesis, region, Edit.Delete, step => step.Hypothesis), ref others);
                edits += EditAlignment.Distance(ours.All, theirs.All);
            }
            i = end + 1;
        }
        return Rate(edits, one.All.Length);
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

    private static double Rate(int edits, int tokens) => edits == 0 ? 0 : (double)edits / Math.Max(1, tokens);

    // A number for each word, the same one for the same word.
    private static void Number(List<Word> reference, List<Word> hypothesis, Span<int> one, Span<int> other)
    {
        if (one.Length + other.Length > MaxSought)
        {
            var known = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < one.Length; i++) one[i] = Number(known, reference[i].Key);
            for (var i = 0; i < other.Length; i++) other[i] = Number(known, hypothesis[i].Key);
            return;
        }
        for (var i = 0; i < one.Length; i++)
        {
            var same = IndexOf(reference, i, reference[i].Key);
            one[i] = same < 0 ? i : same;
        }
        for (var i = 0; i < other.Length; i++)
        {
            var key = hypothesis[i].Key;
            if (IndexOf(reference, one.Length, key) is var known and >= 0) other[i] = known;
            else other[i] = one.Length + (IndexOf(hypothesis, i, key) is var same and >= 0 ? same : i);
        }
    }

    // Among the first words.
    private static int IndexOf(List<Word> words, int count, string key)
    {
        for (var i = 0; i < count; i++)
        {
            if (words[i].Key == key) return i;
        }
        return -1;
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

    // A number for each grapheme cluster of some words, in a lent array: its character, or beyond those a number of its own.
    private readonly struct Clusters : IDisposable
    {
        private readonly int[] _numbers;
        private readonly int _count;

        private Clusters(int[] numbers, int count) => (_numbers, _count) = (numbers, count);

        public ReadOnlySpan<int> All => _numbers.AsSpan(0, _count);

        public static Clusters Of(List<Word> words, ref Dictionary<string, int>? others)
        {
            var most = 0;
            foreach (var word in words) most += word.Key.Length;
            var (numbers, count) = (ArrayPool<int>.Shared.Rent(most), 0);
            foreach (var word in words)
            {
                for (var rest = word.Key.AsSpan(); !rest.IsEmpty;)
                {
                    var length = rest.Length == 1 || (rest[0] < 0x80 && rest[1] < 0x80) ? 1 : StringInfo.GetNextTextElementLength(rest);
                    numbers[count++] = length == 1 ? rest[0]
                        : char.MaxValue + Number(others ??= new(StringComparer.Ordinal), rest[..length].ToString());
                    rest = rest[length..];
                }
            }
            return new(numbers, count);
        }

        public void Dispose() => ArrayPool<int>.Shared.Return(_numbers);
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
