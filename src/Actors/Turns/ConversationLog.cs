using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Actors.Turns;

/// <summary>What the turns station logs.</summary>
public static class ConversationLog
{
    /// <summary>The line about a decision; null: it is not logged.</summary>
    public static LogLine? Of(ConversationDecision decision) => decision switch
    {
        TurnDecision.Transcribe { Again: true, Request: var request } => LogLine.Warning(
            "Turn {Turn}: the transcript of {Item} looks made up and is asked for again", request.Turn.Value, request.Item),
        TurnDecision.Publish { Record: var turn } => LogLine.Info(
            "Turn {Turn} is joined for {Item}: out of band {Status}, ASR {AsrStatus}",
            turn.Turn, turn.ItemId, turn.Oob.Status, turn.Asr.Status),
        TurnDecision.Amend { Record: var turn } => LogLine.Warning(
            "Turn {Turn} is amended for {Item}: a transcript came late", turn.Turn, turn.ItemId),
        AnswerDecision.Publish { Record: var answer } => LogLine.Info(
            "Answer {Response} to turn {Turn} is {Status}, {Milliseconds} ms heard",
            answer.ResponseId, answer.Turn ?? 0, answer.Status, answer.HeardMs),
        _ => null,
    };
}
