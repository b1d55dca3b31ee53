using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing;

/// <summary>Says in words that the transcripts of a turn contradict each other.</summary>
public static class Mishearing
{
    /// <summary>The code of the notice.</summary>
    public const string Code = "mishearing";

    private const int MaxShown = 200;

    /// <summary>The notice about a turn; null: there is no conflict.</summary>
    public static Notice? Of(TurnRecord turn) => turn.Verdict == Verdict.Conflict
        ? new Notice(NoticeLevel.Info, Code, $"Turn {turn.Turn}: {Difference(turn)}") : null;

    /// <summary>What is in conflict, the model's side first: <c>spelled WHITLOCK, transcription model WHITLOC</c>.</summary>
    public static string Difference(TurnRecord turn)
    {
        var entities = turn.Entities.Where(entity => entity.State != EntityState.Agreed)
            .Select(entity => $"{entity.Kind} {Shown(entity.Oob)}, transcription model {Shown(entity.Asr)}").ToList();
        return entities.Count > 0 ? string.Join("; ", entities)
            : turn.Agreement is { } agreement ? FormattableString.Invariant($"the transcripts differ in {agreement.Wer:P0} of the words")
            : "one of the two heard nothing";
    }

    private static string Shown(string? value) => value is null ? "nothing" : value.Length <= MaxShown ? value : value[..MaxShown] + "...";
}
