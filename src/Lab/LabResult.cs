using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Hearing;

namespace RealtimeAkka.Lab;

/// <summary>An entity of a golden turn, and whether a transcript has it.</summary>
/// <param name="Text">The entity as the golden set has it.</param>
/// <param name="IsRight">Whether the transcript has the same value, in whatever notation.</param>
public readonly record struct LabEntity(string Text, bool IsRight);

/// <summary>An answer measured against what was said.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Comparison">Reference and text aligned; null: there is no transcript.</param>
public sealed record LabResult(VariantAnswer Answer, TranscriptComparison? Comparison)
{
    // Up to this word error rate a phantom is what was said, with other punctuation or one word less.
    private const double SaidIt = TranscriptSuspicion.MaxDifferent;

    /// <summary>Words that are wrong, missing or too many, or grapheme clusters; 0 without a transcript.</summary>
    public int Edits { get; private init; }

    /// <summary>Words of the reference, or grapheme clusters.</summary>
    public int Units { get; private init; }

    /// <summary>Grapheme clusters that are wrong, missing or too many.</summary>
    public int CharacterEdits { get; private init; }

    /// <summary>Grapheme clusters of the reference's words.</summary>
    public int Characters { get; private init; }

    /// <summary>The golden turn's entities; none without a transcript.</summary>
    public ImmutableArray<LabEntity> Entities { get; private init; } = [];

    /// <summary>The text is the reference to the letter, apart from blanks at its ends: the prompt's rules of notation were kept.</summary>
    public bool IsExact { get; private init; }

    /// <summary>There are words although nobody spoke, or a phantom that nobody said.</summary>
    public bool IsHallucinated { get; private init; }

    /// <summary>No words, although somebody spoke.</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>There is no transcript at all: the request failed.</summary>
    public bool IsMissing => Comparison is null;

    /// <summary>The word error rate; null: no transcript.</summary>
    public double? Wer => Comparison?.Agreement.Wer;

    /// <summary>The character error rate; null: no transcript.</summary>
    public double? Cer => Comparison?.Agreement.Cer;

    /// <summary>Entities that are right.</summary>
    public int Right => Entities.Count(entity => entity.IsRight);

    /// <summary>Entities that are wrong.</summary>
    public int Wrong => Entities.Length - Right;

    /// <summary>Measures an answer. <paramref name="hearing"/> has the entities and phantoms that are known.</summary>
    public static LabResult Of(VariantAnswer answer, HearingSettings hearing)
    {
        if (answer.Text is not { } text) return new(answer, null);
        var (reference, language) = (answer.Turn.Reference, Language(answer.Turn, hearing));
        var comparison = TranscriptComparison.Of(reference, text, language);
        var agreement = comparison.Agreement;
        var characters = comparison.Reference.Sum(word => new StringInfo(word.Key).LengthInTextElements);
        return new(answer, comparison)
        {
            Edits = agreement.Substitutions + agreement.Insertions + agreement.Deletions,
            Units = comparison.Reference.Count,
            CharacterEdits = (int)Math.Round(agreement.Cer * Math.Max(1, characters)),
            Characters = characters,
            Entities = EntityScore.Of(answer.Turn.Entities, reference, text, comparison, hearing.Entities, language),
            IsExact = text.Trim() == reference.Trim(),
            IsEmpty = comparison.Hypothesis.Count == 0 && comparison.Reference.Count > 0,
            IsHallucinated = comparison.Hypothesis.Count > 0
                && (comparison.Reference.Count == 0 || (hearing.Phantoms.IsWeak(text) is not null && agreement.Wer > SaidIt)),
        };
    }

    // The comparison's rules know languages by the first part of the code.
    private static string? Language(GoldenTurn turn, HearingSettings hearing) =>
        turn.Language is { } code ? code.Split('-')[0].ToLowerInvariant() : hearing.Language;
}
