using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Hearing;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using Step = RealtimeAkka.Actors.Stations.Step<RealtimeAkka.Actors.Turns.Conversation, RealtimeAkka.Actors.Turns.ConversationDecision>;

namespace RealtimeAkka.Actors.Turns;

/// <summary>What the conversation wants done: a <see cref="TurnDecision"/>, an <see cref="AnswerDecision"/> or one of these.</summary>
public abstract record ConversationDecision
{
    /// <summary>What was said decides a difference between the transcripts of an earlier turn: publish it.</summary>
    public sealed record Hear(HeardAgain Record) : ConversationDecision;

    /// <summary>The figures of how the transcripts agree have changed.</summary>
    public sealed record Judge(HearingFigures Figures) : ConversationDecision;
}

/// <summary>
/// The turns of the user, the answers to them, and what follows from both: the history that a new connection is seeded with, and
/// whether anything is still to come. A struct: every event of the server makes a new one.
/// </summary>
/// <param name="Turns">Joins the transcripts of each user item.</param>
/// <param name="Answers">Tracks the responses until they are heard.</param>
/// <param name="Quiet">How long nothing has come.</param>
/// <param name="ManualAnswers">The server answers only when it is asked to: each new turn asks for an answer.</param>
public readonly record struct Conversation(TurnJoin Turns, AnswerTracker Answers, QuietPeriod Quiet, bool ManualAnswers)
{
    private static readonly Func<ItemId, TurnNumber?> Unknown = _ => null;

    /// <summary>What was said so far.</summary>
    public ConversationHistory History { get; private init; } = new();

    private SessionClock Clock { get; init; } = new();
    private HearingTracker Hearing { get; init; } = new(Turns.Settings.Hearing, Turns.Session);

    /// <summary>The conversation of a session that begins.</summary>
    public static Conversation Begin(TurnSettings settings, SessionFacts facts, PriceList prices) => new(
        new(settings, facts.Id.Value, prices), new(facts.Id.Value, facts.Model, prices)
        { Timeout = settings.AnswerTimeout, AwaitsSpoken = settings.AwaitsSpoken },
        new(settings.Settle, settings.Drain), settings.ManualAnswers);

    /// <summary>Nobody speaks, no turn is open and no answer is in progress or playing.</summary>
    public bool IsIdle => Turns.OpenTurns == 0 && !Turns.IsSpeaking && Answers.IsIdle;

    /// <summary>Whether turns or answers differ. Most events, such as the audio of an answer, change neither, and no due time.</summary>
    public bool HasChangedSince(in Conversation before) =>
        !ReferenceEquals(Turns, before.Turns) || !ReferenceEquals(Answers, before.Answers);

    /// <summary>Handles an event of the server.</summary>
    public Step On(ServerEvent e, TimeSpan now)
    {
        var isNew = e is InputCommitted { ItemId: var item } && Turns.NumberOf(item) is null;
        var wanted = ManualAnswers && isNew ? Answers.Want(now) : new(Answers);
        var turns = Turns.On(e, now);
        // Made only for the event that uses it: audio comes dozens of times per second.
        var numberOf = e is ItemAdded ? turns.Next.NumberOf : Unknown;
        var answers = wanted.Next.On(e, turns.Next.Newest, numberOf, now);
        var shown = Shown(e) is { } activity
            ? turns with { Decisions = turns.Decisions.Insert(0, new TurnDecision.Show(activity)) } : turns;
        return (this with { Quiet = Quiet.OnEvent(now) }).Next(shown, new(answers.Next, wanted.Decisions.AddRange(answers.Decisions)));
    }

    /// <summary>An out-of-band transcript arrived, or failed.</summary>
    public Step On(OutOfBandResult result, TimeSpan now) => Next(Turns.On(result, now), new(Answers));

    /// <summary>Playback has finished a response.</summary>
    public Step On(PlaybackFacts.Ended m, TimeSpan now) => Next(new(Turns), Answers.Played(m, now));

    /// <summary>The caller has spoken long enough to interrupt the assistant.</summary>
    public Step Spoken() => Next(new(Turns), Answers.Spoken());

    /// <summary>A function has returned.</summary>
    public Step Returned(string callId, string output, TimeSpan now) => Next(new(Turns), Answers.Returned(callId, output, now));

    /// <summary>A time that was due has come.</summary>
    public Step OnTime(TimeSpan now) => Next(Turns.OnTime(now), Answers.OnTime(now));

    /// <summary>The connection is lost; another one will be made.</summary>
    public Step Suspend(TimeSpan now) => Next(new(Turns.Suspend()), Answers.Disconnected(now));

    /// <summary>There will be no more connection.</summary>
    public Step Disconnect(TimeSpan now) => Next(Turns.Disconnected(), Answers.Disconnected(now));

    /// <summary>The audio starts on a new connection, at this position of the session's audio clock in ms.</summary>
    public Step Resume(long atMs, TimeSpan now)
    {
        var turns = Turns.Resume(atMs);
        // A turn that is replayed is answered again by the server.
        var answers = Turns.IsMidway ? new(Answers) : Answers.Resume(turns.Next.Newest, now);
        return (this with { Quiet = Quiet.OnEvent(now) }).Next(turns, answers);
    }

    /// <summary>The events that bring the history to a new connection, whose conversation is empty.</summary>
    public (Conversation Next, ImmutableArray<CreateItem> Events) Seed()
    {
        var (history, events) = History.Seed();
        return (this with { History = history }, events);
    }

    /// <summary>The loudness of an item's audio as it was sent, from 0 to 1.</summary>
    public Conversation Heard(ItemId item, double loudest) => this with { Turns = Turns.Heard(item, loudest) };

    /// <summary>The microphone commits a turn that ends at this position of the session's audio clock in ms.</summary>
    public Conversation ManualCommit(long atMs) => this with { Turns = Turns.ManualCommit(atMs) };

    /// <summary>Turns from now on are transcribed with this prompt.</summary>
    public Conversation With(Prompt prompt) => this with { Turns = Turns.With(prompt) };

    /// <summary>
    /// The input was paused: the audio from this position on, in ms, was spoken at this time, in ms since the session opened.
    /// </summary>
    public Conversation Paused(long atMs, long clockMs, TimeSpan now) => this with { Clock = Clock.Open(now).With(atMs, clockMs) };

    /// <summary>All audio was sent; the last of it that is not plainly silent ends here, in ms on the session's audio clock.</summary>
    public Conversation SpokenTo(long ms) => this with { Quiet = Quiet.SpokenTo(ms) };

    /// <summary>From now on answers are charged by the prices of this model; null: the server names none.</summary>
    public Conversation With(string? model) => model is null ? this : this with { Answers = Answers with { Model = model } };

    /// <summary>
    /// The next moment after <paramref name="now"/> at which a transcript, a commit or an answer is overdue; null: nothing waits.
    /// </summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        var (turn, answer) = (Turns.NextDue(now), Answers.NextDue(now));
        return turn < answer || answer is null ? turn : answer;
    }

    /// <summary>A drain begins.</summary>
    public Conversation BeginDrain(TimeSpan now) => this with { Quiet = Quiet.BeginDrain(now) };

    /// <summary>The drain is over.</summary>
    public Conversation EndDrain() => this with { Quiet = Quiet.EndDrain() };

    /// <summary>From when on this is a pause if no event comes; null: something is open.</summary>
    public TimeSpan? PauseAt => Quiet.PauseAt(IsIdle);

    /// <summary>When a drain is over if nothing happens; null: there is no drain.</summary>
    public TimeSpan? DrainedAt(bool isConnected) => Quiet.DrainedAt(IsIdle, isConnected, Turns.HeardTo);

    private TTurn Timed<TTurn>(TTurn turn) where TTurn : TurnRecord
    {
        var (started, ended) = Clock.Of(turn.AudioStartMs, turn.AudioEndMs);
        return (TTurn)(turn with { StartedMs = started, EndedMs = ended });
    }

    private static Activity? Shown(ServerEvent e) => e switch
    {
        SpeechStarted => new Activity(ActivityKind.SpeechStarted),
        SpeechStopped => new Activity(ActivityKind.SpeechStopped),
        _ => null,
    };

    private Step Next(Step<TurnJoin, TurnDecision> turns, Step<AnswerTracker, AnswerDecision> answers)
    {
        var decisions = ImmutableArray<ConversationDecision>.CastUp(turns.Decisions)
            .AddRange(ImmutableArray<ConversationDecision>.CastUp(answers.Decisions));
        var (history, hearing) = (History, Hearing);
        for (var (i, count) = (0, decisions.Length); i < count; i++)
        {
            ImmutableArray<HeardAgain> decided;
            switch (decisions[i])
            {
                case TurnDecision.Publish { Record: var turn, Disputes: var disputes } publish:
                    decisions = decisions.SetItem(i, publish with { Record = Timed(turn) });
                    history = history.With(turn);
                    (hearing, decided) = hearing.With(turn, disputes);
                    if (Mishearing.Of(turn) is { } notice) decisions = decisions.Add(new TurnDecision.Warn(notice));
                    break;
                case TurnDecision.Amend { Record: var turn, Disputes: var disputes } amend:
                    decisions = decisions.SetItem(i, amend with { Record = Timed(turn) });
                    history = history.With(turn);
                    (hearing, decided) = hearing.With(turn, disputes);
                    break;
                case AnswerDecision.Publish { Record: var answer, HeardFrom: var from } publish:
                    if (answer.HeardMs > 0)
                        decisions = decisions.SetItem(i, publish with { Record = answer with { StartedMs = Clock.Of(from) } });
                    history = history.With(answer);
                    (hearing, decided) = hearing.With(answer);
                    break;
                default:
                    continue;
            }
            foreach (var heard in decided)
            {
                history = history.With(heard);
                decisions = decisions.Add(new ConversationDecision.Hear(heard));
            }
        }
        if (!ReferenceEquals(hearing.Figures, Hearing.Figures)) decisions = decisions.Add(new ConversationDecision.Judge(hearing.Figures));
        return new(this with { Turns = turns.Next, Answers = answers.Next, History = history, Hearing = hearing }, decisions);
    }
}
