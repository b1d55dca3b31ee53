using RealtimeAkka.Hearing;

namespace RealtimeAkka.Hosting.Redaction;

/// <summary>
/// Values that are redacted wherever they stand, however they are written: found once as an entity, "Dana Whitlock" is redacted as
/// "dana whitlock" and "W-H-I-T-L-O-C-K" too.
/// </summary>
public sealed class KnownTerms
{
    // Of a name each word of so many letters is redacted by itself.
    private const int LeastPart = 3;

    // A value of more is a text, not a term.
    private const int MaxTerm = 200;

    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private int _longest;

    /// <summary>Adds a value.</summary>
    public void Add(string value, string label)
    {
        if (value.Length <= MaxTerm) AddBare(EntityValue.Bare(value), label, least: 2);
    }

    /// <summary>Adds a value and each of its words that is not one of <paramref name="noNames"/>.</summary>
    public void AddWithWords(string value, string label, IReadOnlySet<string> noNames)
    {
        Add(value, label);
        if (value.Length > MaxTerm) return;
        foreach (var word in WordReader.Read(value))
        {
            if (!noNames.Contains(word.Key)) AddBare(EntityValue.Bare(word.Key), label, LeastPart);
        }
    }

    /// <summary>The ranges of words that are a known value, as the first word and the one after the last.</summary>
    public IEnumerable<(int First, int End, string Label)> Find(IReadOnlyList<Word> words)
    {
        if (_labels.Count == 0) yield break;
        var bare = words.Select(word => EntityValue.Bare(word.Key)).ToList();
        for (var i = 0; i < bare.Count; i++)
        {
            var (value, found) = ("", (End: 0, Label: ""));
            for (var next = i; next < bare.Count && value.Length + bare[next].Length <= _longest; next++)
            {
                value += bare[next];
                if (_labels.TryGetValue(value, out var label)) found = (next + 1, label);
            }
            if (found.End > i) yield return (i, found.End, found.Label);
        }
    }

    private void AddBare(string bare, string label, int least)
    {
        if (bare.Length < least) return;
        _labels.TryAdd(bare, label);
        _longest = Math.Max(_longest, bare.Length);
    }
}
