using System.Collections.Immutable;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing;

/// <summary>Which transcript's words count where both have some.</summary>
public enum Preference
{
    /// <summary>The Realtime model's.</summary>
    Oob,
    /// <summary>The built-in transcription model's.</summary>
    Asr,
    /// <summary>The Realtime model's, until what is said later supports the other.</summary>
    Evidence,
}

/// <summary>What to do about a model transcript that looks made up.</summary>
public enum SuspectPolicy
{
    /// <summary>Flag it.</summary>
    Flag,
    /// <summary>Flag it, and request it once more before the turn is published.</summary>
    Retry,
    /// <summary>Flag it, and use the built-in transcript if there is one.</summary>
    PreferAsr,
}

/// <summary>How turns are judged.</summary>
public sealed record HearingSettings
{
    /// <summary>Without entities and phantoms.</summary>
    public static HearingSettings Default { get; } = new();

    /// <summary>An ISO 639 code of the spoken language; null: not known.</summary>
    public string? Language { get; init; }

    /// <summary>What is compared as a whole.</summary>
    public EntityReader Entities { get; init; } = EntityReader.None;

    /// <summary>Sentences that are written where nobody speaks.</summary>
    public PhantomList Phantoms { get; init; } = PhantomList.None;

    /// <summary>The prompt that the built-in transcription is given; null: none.</summary>
    public string? AsrPrompt { get; init; }

    /// <summary>Which words count.</summary>
    public Preference Prefer { get; init; }

    /// <summary>What is done about a model transcript that looks made up.</summary>
    public SuspectPolicy OnSuspect { get; init; }

    /// <summary>From this character error rate on, 0 to 1, differing words alone are a conflict.</summary>
    public double ConflictFrom { get; init; } = 0.5;

    /// <summary>Builds what would make the first turn wait: patterns and phantoms. Once it is built, this costs nothing.</summary>
    public void Build()
    {
        Entities.Build();
        Phantoms.Build();
    }
}

/// <summary>Both transcripts of a turn, and what else is known about it.</summary>
/// <param name="Oob">The model's transcript.</param>
/// <param name="Asr">The built-in one.</param>
/// <param name="Length">How long the caller spoke; null: not known.</param>
/// <param name="Loudest">The loudest 100 ms of it, as RMS from 0 to 1; null: not known.</param>
/// <param name="Said">The assistant's latest answers, before and after the turn.</param>
/// <param name="Prompt">What the model was told to transcribe by.</param>
public sealed record Witnesses(
    OutOfBandTranscript Oob, AsrTranscript Asr, TimeSpan? Length, double? Loudest, IReadOnlyList<string> Said, string Prompt)
{
    /// <summary>The model's words; null: none, or only a part of them.</summary>
    public string? OobText => Oob.Status == ResultStatus.Completed ? Oob.Text : null;

    /// <summary>The ASR's words; null: none.</summary>
    public string? AsrText => Asr.Status == ResultStatus.Completed ? Asr.Text : null;

    /// <summary>The model heard nothing.</summary>
    public bool IsOobEmpty => Oob.Status == ResultStatus.Empty;

    /// <summary>The ASR heard nothing.</summary>
    public bool IsAsrEmpty => Asr.Status == ResultStatus.Empty;
}

/// <summary>What the transcripts of a turn say together.</summary>
/// <param name="Agreement">How their words differ; null where they cannot be compared.</param>
/// <param name="Entities">The numbers, names and the like in them.</param>
/// <param name="Flags">Suspicions, and what was done about them.</param>
/// <param name="Verdict">Null: there is one witness only.</param>
/// <param name="Reasons">What the verdict rests on: flags, <c>entity:KIND</c>, <c>words</c>, <c>one_heard_nothing</c>.</param>
/// <param name="Confidence">How sure it is that <paramref name="Words"/> were said, 0 to 1.</param>
/// <param name="Words">The words that count; null: nothing was said, or only what nobody said.</param>
/// <param name="Disputes">Where the transcripts differ; what is said later may decide it.</param>
public sealed record TurnHearing(
    Agreement? Agreement, ImmutableArray<Entity> Entities, ImmutableArray<string> Flags, Verdict? Verdict, ImmutableArray<string> Reasons,
    double? Confidence, string? Words, ImmutableArray<Dispute> Disputes)
{
    // A witness alone may be right or wrong.
    private const double OneWitness = 0.5;

    /// <summary>Judges a turn.</summary>
    public static TurnHearing Of(Witnesses turn, HearingSettings settings)
    {
        var flags = TranscriptSuspicion.Flags(turn, settings);
        var comparison = turn is { OobText: { } one, AsrText: { } other } ? TranscriptComparison.Of(one, other, settings.Language) : null;
        ImmutableArray<AlignedEntity> aligned = comparison is null ? []
            : settings.Entities.Read(turn.OobText!, turn.AsrText!, comparison, settings.Language);
        ImmutableArray<Entity> entities = [.. aligned.Select(entity => entity.Entity)];
        var isHeardByBoth = comparison is { Agreement.Wer: <= TranscriptSuspicion.MaxDifferent };
        var oob = Counting(turn.OobText, flags, ofAsr: false, isHeardByBoth);
        var asr = Counting(turn.AsrText, flags, ofAsr: true, isHeardByBoth);
        if (settings.OnSuspect == SuspectPolicy.PreferAsr && asr is not null
            && flags.Exists(flag => TranscriptSuspicion.IsSuspicion(flag) && !TranscriptSuspicion.IsOfAsr(flag)))
        {
            flags.Add(TurnFlags.AsrPreferred);
            oob = null;
        }
        var words = settings.Prefer == Preference.Asr ? asr ?? oob : oob ?? asr;
        var (verdict, reasons) = Judge(turn, flags, comparison?.Agreement, entities, settings);
        return new(
            comparison?.Agreement, entities, [.. flags], verdict, reasons, Sureness(verdict, comparison?.Agreement, words), words,
            comparison is null ? [] : Dispute.Of(turn.OobText!, turn.AsrText!, comparison, aligned));
    }

    // Text on silence counts if both have it: a caller may be very quiet. Any other sign of a made-up text rules it out.
    private static string? Counting(string? text, List<string> flags, bool ofAsr, bool isHeardByBoth) => text is not null && flags.Exists(
        flag => TranscriptSuspicion.IsOfAsr(flag) == ofAsr && TranscriptSuspicion.IsInvented(flag)
            && !(isHeardByBoth && TranscriptSuspicion.IsSilence(flag))) ? null : text;

    private static (Verdict?, ImmutableArray<string>) Judge(
        Witnesses turn, List<string> flags, Agreement? agreement, ImmutableArray<Entity> entities, HearingSettings settings)
    {
        ImmutableArray<string> suspicions = [.. flags.Where(TranscriptSuspicion.IsSuspicion)];
        if (suspicions.Length > 0) return (Protocol.Records.Verdict.Suspect, suspicions);
        if (agreement is null)
        {
            if (turn is { IsOobEmpty: true, IsAsrEmpty: true }) return (Protocol.Records.Verdict.Agreed, []);
            var hasOne = (turn.OobText is not null && turn.IsAsrEmpty) || (turn.AsrText is not null && turn.IsOobEmpty);
            return hasOne ? (Protocol.Records.Verdict.Conflict, ["one_heard_nothing"]) : (null, []);
        }
        var conflicts = entities.Where(entity => entity.State != EntityState.Agreed).Select(entity => $"entity:{entity.Kind}").Distinct()
            .ToList();
        if (agreement.Cer >= settings.ConflictFrom && agreement.Differences.Count > 0) conflicts.Add("words");
        return conflicts.Count > 0 ? (Protocol.Records.Verdict.Conflict, [.. conflicts])
            : agreement.Differences.Count > 0 ? (Protocol.Records.Verdict.Minor, ["words"])
            : (Protocol.Records.Verdict.Agreed, []);
    }

    // The share of characters that both heard, halved where an entity is in conflict, and again where a witness is suspect.
    private static double? Sureness(Verdict? verdict, Agreement? agreement, string? words)
    {
        var heard = agreement is null ? OneWitness : 1 - Math.Min(1, agreement.Cer);
        return words is null && verdict is not Protocol.Records.Verdict.Agreed ? 0 : Math.Round(verdict switch
        {
            Protocol.Records.Verdict.Agreed => 1,
            Protocol.Records.Verdict.Conflict => heard / 2,
            Protocol.Records.Verdict.Suspect => heard / 4,
            _ => heard,
        }, 3);
    }
}
