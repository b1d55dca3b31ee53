using System.Collections.Immutable;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing;

/// <summary>A place where the two transcripts of a turn differ, and which what is said later may decide.</summary>
/// <param name="Kind">The kind of entity; null: words.</param>
/// <param name="Oob">What the model heard: an entity's value, or words as written; null: nothing.</param>
/// <param name="Asr">What the ASR heard.</param>
/// <param name="Start">Where the model's words begin in its text.</param>
/// <param name="End">Where they end; equal to <paramref name="Start"/> if there are none.</param>
/// <param name="AsrWords">The ASR's words in their place, as written.</param>
public sealed record Dispute(string? Kind, string? Oob, string? Asr, int Start, int End, string AsrWords)
{
    // A turn with more is a turn that was not understood at all.
    private const int Max = 20;

    /// <summary>What differs: entities first, then runs of words that are part of none of them.</summary>
    public static ImmutableArray<Dispute> Of(
        string oob, string asr, TranscriptComparison comparison, IReadOnlyList<AlignedEntity> entities)
    {
        var disputes = ImmutableArray.CreateBuilder<Dispute>();
        foreach (var (entity, first, end, asrFirst, asrEnd) in entities)
        {
            if (entity.State == EntityState.Agreed || disputes.Count == Max) continue;
            var (from, to) = Place(comparison.Reference, first, end);
            disputes.Add(new(entity.Kind, entity.Oob, entity.Asr, from, to, Written(asr, comparison.Hypothesis, asrFirst, asrEnd)));
        }
        var path = comparison.Path;
        for (var i = 0; i < path.Count && disputes.Count < Max;)
        {
            var last = i;
            while (last < path.Count && path[last].Edit != Edit.Equal) last++;
            if (last > i) Add(path[i], path[last - 1]);
            i = last + 1;
        }
        return disputes.ToImmutable();

        void Add(AlignedToken begin, AlignedToken finish)
        {
            var (first, end) = (begin.Reference, finish.Reference + (finish.Edit == Edit.Insert ? 0 : 1));
            var (asrFirst, asrEnd) = (begin.Hypothesis, finish.Hypothesis + (finish.Edit == Edit.Delete ? 0 : 1));
            if (entities.Any(known => known.Entity.State != EntityState.Agreed
                && ((known.First < end && first < known.End) || (known.AsrFirst < asrEnd && asrFirst < known.AsrEnd)))) return;
            var (from, to) = Place(comparison.Reference, first, end);
            var (words, other) = (oob[from..to], Written(asr, comparison.Hypothesis, asrFirst, asrEnd));
            disputes.Add(new(null, words.Length > 0 ? words : null, other.Length > 0 ? other : null, from, to, other));
        }
    }

    private static (int Start, int End) Place(IReadOnlyList<Word> words, int first, int end) => first < end
        ? (words[first].Start, words[end - 1].End)
        : first > 0 ? (words[first - 1].End, words[first - 1].End) : (0, 0);

    private static string Written(string text, IReadOnlyList<Word> words, int first, int end) =>
        first < end ? text[words[first].Start..words[end - 1].End] : "";
}

/// <summary>An entity with its words in both transcripts; an empty range where one has none.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="First">Its first word in the model's transcript.</param>
/// <param name="End">The word after its last one.</param>
/// <param name="AsrFirst">Its first word in the ASR's transcript.</param>
/// <param name="AsrEnd">The word after its last one.</param>
public readonly record struct AlignedEntity(Entity Entity, int First, int End, int AsrFirst, int AsrEnd);
