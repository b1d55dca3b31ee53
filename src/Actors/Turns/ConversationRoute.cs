using System.Collections.Immutable;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Turns;

/// <summary>Where the turns send messages.</summary>
public enum TurnStation
{
    /// <summary>What is heard.</summary>
    Playback,
    /// <summary>Requests beside the conversation.</summary>
    OutOfBand,
    /// <summary>The costs.</summary>
    Ledger,
    /// <summary>Writers of records.</summary>
    Sinks,
    /// <summary>The session.</summary>
    Session,
    /// <summary>The server.</summary>
    Connection,
    /// <summary>What makes the connections.</summary>
    Socket,
    /// <summary>The caller's audio.</summary>
    Microphone,
    /// <summary>Who waits for the end of a drain.</summary>
    Drainer,
    /// <summary>Functions of the spoken agent.</summary>
    Tools,
    /// <summary>Tasks and tools, which want to know each published turn.</summary>
    Listeners,
}

/// <summary>Who carries out a decision of the conversation, and the message that tells them so.</summary>
public readonly record struct ConversationRoute(TurnStation To, object Message)
{
    /// <summary>The messages of a decision, in order.</summary>
    public static ImmutableArray<ConversationRoute> Of(ConversationDecision decision) => decision switch
    {
        TurnDecision.Transcribe d => [new(TurnStation.OutOfBand, new OutOfBandMessages.Ask(d.Request, d.Again))],
        TurnDecision.Publish { Record: var turn } =>
            [.. Turn(turn), new(TurnStation.Session, new SessionMessages.TurnsJoined(turn.Turn))],
        TurnDecision.Amend { Record: var turn } => Turn(turn),
        TurnDecision.Show { Activity: var activity } => [new(TurnStation.Sinks, new SinkMessages.Write(activity))],
        TurnDecision.Warn { Notice: var notice } => [new(TurnStation.Sinks, new SinkMessages.Write(notice))],
        ConversationDecision.Hear { Record: var heard } => [new(TurnStation.Sinks, new SinkMessages.Write(heard))],
        ConversationDecision.Judge { Figures: var figures } => [new(TurnStation.Session, new SessionMessages.Judged(figures))],
        ConversationDecision.StartAudio => [new(TurnStation.Connection, new ConnectionMessages.StartAudio())],
        ConversationDecision.Retain { Need: var need } =>
            [new(TurnStation.Microphone, new MicMessages.Release(need.BeforeMs, need.IsIdle))],
        ConversationDecision.Renew =>
            [new(TurnStation.Socket, new SocketMessages.Reopen("the session is renewed before the server's time limit ends it"))],
        ConversationDecision.Leave { Reason: var reason } =>
            [new(TurnStation.Session, new SessionMessages.NoticeRaised(reason)), new(TurnStation.Session, new SessionMessages.Stop())],
        ConversationDecision.EndDrain d => [new(TurnStation.Drainer, new SessionMessages.Drained(d.OpenTurns))],
        AnswerDecision.Play { Sound: var sound } =>
            [new(TurnStation.Playback, new PlaybackMessages.Play(sound.ResponseId, sound.ItemId, sound.Delta) { Owner = sound.Owner })],
        AnswerDecision.Pause d => [new(TurnStation.Playback, new PlaybackMessages.Pause(d.Response))],
        AnswerDecision.Finish d => [new(TurnStation.Playback, new PlaybackMessages.Finish(d.Response))],
        AnswerDecision.StopPlayback d => [new(TurnStation.Playback, new PlaybackMessages.Stop(d.Response))],
        AnswerDecision.Send d => [new(TurnStation.Connection, new ConnectionMessages.Send(d.Event))],
        AnswerDecision.Call d => [new(TurnStation.Tools, d.Order)],
        AnswerDecision.Publish { Record: var answer } => Record(answer),
        AnswerDecision.Notify d => [new(TurnStation.Session, new SessionMessages.NoticeRaised(d.Notice))],
        _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, "Nobody carries it out."),
    };

    private static ImmutableArray<ConversationRoute> Turn(TurnRecord turn) =>
        [.. Record(turn), new(TurnStation.Listeners, new TurnFacts.Published(turn))];

    private static ImmutableArray<ConversationRoute> Record(SessionRecord record) =>
        [new(TurnStation.Ledger, new LedgerMessages.Published(record)), new(TurnStation.Sinks, new SinkMessages.Write(record))];
}
