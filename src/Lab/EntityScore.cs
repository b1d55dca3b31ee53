using System.Collections.Immutable;
using RealtimeAkka.Hearing;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Lab;

/// <summary>Which entities of a golden turn a transcript has right, by the rules of docs/hearing.md: "four one five" is 415.</summary>
public static class EntityScore
{
    /// <summary>
    /// Each entity in turn. It is right if the transcript has the same words in its place, or an entity of the same value; an entity that
    /// does not stand in the reference is right if it stands anywhere in the transcript.
    /// </summary>
    public static ImmutableArray<LabEntity> Of(
        ImmutableArray<string> entities, string reference, string text, TranscriptComparison comparison, EntityReader reader,
        string? language)
    {
        if (entities.IsEmpty) return [];
        var read = reader.Read(reference, text, comparison, language);
        var from = 0; // where the next one may begin, so that a name that is said twice is looked for twice
        var scores = ImmutableArray.CreateBuilder<LabEntity>(entities.Length);
        foreach (var entity in entities)
        {
            var place = Find(entity, comparison.Reference, from, language) ?? Find(entity, comparison.Reference, 0, language);
            if (place is { } found) from = found.End;
            scores.Add(new(entity, place is { } at
                ? AreEqual(comparison, at.First, at.End) || read.Any(other => other.Entity.State == EntityState.Agreed && Covers(other, at))
                : Find(entity, comparison.Hypothesis, 0, language) is not null));
        }
        return scores.MoveToImmutable();
    }

    // The words that are the entity's letters and digits, however they are divided.
    private static (int First, int End)? Find(string entity, IReadOnlyList<Word> words, int from, string? language)
    {
        var asRead = Key(TranscriptComparison.Of(entity, entity, language).Reference);
        var asWritten = Key(WordReader.Read(entity));
        for (var first = from; first < words.Count; first++)
        {
            if ((RunOf(asRead, words, first) ?? RunOf(asWritten, words, first)) is { } end) return (first, end);
        }
        return null;
    }

    private static int? RunOf(string key, IReadOnlyList<Word> words, int first)
    {
        if (key.Length == 0) return null;
        var at = 0;
        for (var i = first; i < words.Count && string.CompareOrdinal(key, at, words[i].Key, 0, words[i].Key.Length) == 0; i++)
        {
            at += words[i].Key.Length;
            if (at == key.Length) return i + 1;
        }
        return null;
    }

    private static string Key(IEnumerable<Word> words) => string.Concat(words.Select(word => word.Key));

    private static bool Covers(AlignedEntity entity, (int First, int End) place) => entity.First <= place.First && entity.End >= place.End;

    private static bool AreEqual(TranscriptComparison comparison, int first, int end) => comparison.Path.All(step =>
        step.Edit == Edit.Equal || step.Reference < first || step.Reference >= end
        || (step.Edit == Edit.Insert && step.Reference == first));
}
