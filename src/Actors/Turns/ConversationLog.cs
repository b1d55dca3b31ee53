using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>What the turns station logs.</summary>
public static class ConversationLog
{
    private const string NoWords = "-";

    /// <summary>The line about an event that leads from one state to another; null: it is not logged.</summary>
    public static LogLine? Of(ServerEvent e, in Conversation before, in Conversation after) => e switch
    {
        OutputAudioDelta sound when !before.Answers.HasSound(sound.ResponseId) && after.Answers.HasSound(sound.ResponseId)
            => TurnLog.AnswerSounds(sound.ResponseId),
        OutputAudioDelta => null,
        SpeechStarted s when before.Turns.NumberOf(s.ItemId) is null => TurnLog.SpeechBegan(s.ItemId),
        SpeechStopped s when before.Turns.NumberOf(s.ItemId) is null => TurnLog.SpeechEnded(s.ItemId),
        AsrCompleted a
            => TurnLog.AsrArrived(a.ItemId, string.IsNullOrWhiteSpace(a.Transcript) ? ResultStatus.Empty : ResultStatus.Completed),
        AsrFailed a => TurnLog.AsrArrived(a.ItemId, ResultStatus.Failed),
        ResponseCreated { Response: { IsOutOfBand: false } r } => TurnLog.AnswerBegan(r.Id, before.Turns.Newest?.Value ?? 0),
        ResponseDone { Response: { IsOutOfBand: false } r } => TurnLog.AnswerGenerated(r.Id, r.Status ?? "completed"),
        _ => ItemOf(e) is { } item && before.Turns.NumberOf(item) is null && after.Turns.NumberOf(item) is { } turn
            ? TurnLog.Committed(turn, item) : null,
    };

    /// <summary>The line about a decision; null: it is not logged.</summary>
    public static LogLine? Of(ConversationDecision decision, in Conversation now) => decision switch
    {
        TurnDecision.Transcribe { Again: true, Request: var request } => LogLine.Warning(
            "Turn {Turn}: the transcript of {Item} looks made up and is asked for again", request.Turn.Value, request.Item),
        TurnDecision.Publish { Record: var turn } => TurnLog.Joined(turn.Turn, turn.ItemId, turn.Oob.Status, turn.Asr.Status),
        TurnDecision.Amend { Record: var turn } => LogLine.Warning(
            "Turn {Turn} is amended for {Item}: a transcript came late", turn.Turn, turn.ItemId),
        AnswerDecision.Send { Event: CreateResponse } => TurnLog.AnswerRequested(now.Turns.Newest?.Value ?? 0),
        AnswerDecision.StopPlayback { Response: var response } => TurnLog.AnswerInterrupted(response),
        AnswerDecision.Publish { Record: var answer }
            => TurnLog.Answered(answer.ResponseId, answer.Turn ?? 0, answer.Status, answer.HeardMs),
        _ => null,
    };

    /// <summary>The words of a decision, which are logged only where the configuration says so; null: it has none.</summary>
    public static LogLine? WordsOf(ConversationDecision decision) => decision switch
    {
        TurnDecision.Publish { Record: var turn } => Words(turn),
        TurnDecision.Amend { Record: var turn } => Words(turn),
        AnswerDecision.Publish { Record: var answer } => LogLine.Debug("Answer {Response} says: {Words}", answer.ResponseId, answer.Text),
        _ => null,
    };

    private static LogLine Words(TurnRecord turn) => LogLine.Debug(
        "Turn {Turn} says: {Words} (ASR: {AsrWords})", turn.Turn, turn.Oob.Text ?? NoWords, turn.Asr.Text ?? NoWords);

    private static ItemId? ItemOf(ServerEvent e) => e switch
    {
        InputCommitted committed => committed.ItemId,
        ItemAdded { Item.Id: { } item } => item,
        ItemDone { Item.Id: { } item } => item,
        _ => null,
    };
}
