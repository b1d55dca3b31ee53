namespace RealtimeAkka.Hearing;

/// <summary>Which words of one transcript stand for those of the other.</summary>
/// <param name="comparison">The two transcripts.</param>
public sealed class WordMap(TranscriptComparison comparison)
{
    /// <summary>The words of the ASR's text in the place of a range of the model's: the first and the one after the last.</summary>
    public (int First, int End) ToHypothesis(int first, int end) =>
        Range(step => step.Reference, step => step.Hypothesis, Edit.Insert, Edit.Delete, first, end);

    /// <summary>The same in the other direction.</summary>
    public (int First, int End) ToReference(int first, int end) =>
        Range(step => step.Hypothesis, step => step.Reference, Edit.Delete, Edit.Insert, first, end);

    /// <summary>Whether the words of this range of the model's text are the same in both.</summary>
    public bool AreEqual(int first, int end) => comparison.Path.All(step =>
        step.Edit == Edit.Equal || step.Reference < first || step.Reference >= end
        || (step.Edit == Edit.Insert && step.Reference == first));

    // An edit without a word of ours belongs to the range if it stands within it.
    private (int First, int End) Range(
        Func<AlignedToken, int> from, Func<AlignedToken, int> to, Edit notOurs, Edit notTheirs, int first, int end)
    {
        var (low, high) = (int.MaxValue, 0);
        foreach (var step in comparison.Path)
        {
            if (step.Edit == notTheirs || from(step) < first || from(step) >= end) continue;
            if (step.Edit == notOurs && from(step) == first) continue;
            (low, high) = (Math.Min(low, to(step)), Math.Max(high, to(step) + 1));
        }
        return low < high ? (low, high) : (0, 0);
    }
}
