using System.Collections.Immutable;
using System.Globalization;
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

    /// <summary>The new connection is seeded: the audio may start.</summary>
    public sealed record StartAudio : ConversationDecision;

    /// <summary>The microphone keeps audio from here on only.</summary>
    public sealed record Retain(AudioRetention Need) : ConversationDecision;

    /// <summary>The pause that was awaited has come: renew the connection.</summary>
    public sealed record Renew : ConversationDecision;

    /// <summary>The last words are said: the session ends, for this reason.</summary>
    public sealed record Leave(Notice Reason) : ConversationDecision;

    /// <summary>The drain is over, with this number of turns still open.</summary>
    public sealed record EndDrain(int OpenTurns) : ConversationDecision;
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

    // Entries with keys while there is no connection; what follows is not taken.
    private const int MaxUnsent = 16;

    /// <summary>What was said so far.</summary>
    public ConversationHistory History { get; init; } = new();

    private SessionClock Clock { get; init; } = new();
    private HearingTracker Hearing { get; init; } = new(Turns.Settings.Hearing, Turns.Session);

    private KeyCollector Keys { get; init; } = new(Turns.Settings.Keys);
    private ImmutableList<KeyEntry> Unsent { get; init; } = []; // entered while there was no connection
    private int Entries { get; init; } // entered so far
    private Farewell Farewell { get; init; } = new(Turns.Settings.Farewell);

    private bool IsConnected { get; init; }
    private bool HasOpened { get; init; }
    private bool IsPauseAwaited { get; init; }
    private AudioRetention Retained { get; init; } // as last said

    /// <summary>The conversation of a session that begins.</summary>
    public static Conversation Begin(TurnSettings settings, SessionFacts facts, PriceList prices) => new(
        new(settings, facts.Id.Value, prices), new(facts.Id.Value, facts.Model, prices)
        { Timeout = settings.AnswerTimeout, AwaitsSpoken = settings.AwaitsSpoken, Format = facts.Format },
        new(settings.Settle, settings.Drain), settings.ManualAnswers) { History = new() { Earlier = settings.Earlier } };

    /// <summary>Nobody speaks, no turn is open and no answer is in progress or playing.</summary>
    public bool IsIdle => Turns.OpenTurns == 0 && !Turns.IsSpeaking && Answers.IsIdle && Keys.IsEmpty && Unsent.IsEmpty;

    /// <summary>Whether another time may be due. Most events, such as the audio of an answer, change none.</summary>
    public bool HasChangedSince(in Conversation before) =>
        !ReferenceEquals(Turns, before.Turns) || !ReferenceEquals(Answers, before.Answers)
        || !ReferenceEquals(Keys, before.Keys) || !ReferenceEquals(Farewell, before.Farewell)
        || IsPauseAwaited != before.IsPauseAwaited || Quiet.IsDraining != before.Quiet.IsDraining;

    /// <summary>Handles an event of the server.</summary>
    public Step On(ServerEvent e, TimeSpan now)
    {
        var isNew = e is InputCommitted { ItemId: var item } && Turns.NumberOf(item) is null;
        var wanted = ManualAnswers && isNew ? Answers.Want(now) : new(Answers);
        var turns = History.IsEarlier(e) ? new(Turns) : Turns.On(e, now);
        // Made only for the event that uses it: audio comes dozens of times per second.
        var numberOf = e is ItemAdded ? turns.Next.NumberOf : Unknown;
        var answers = wanted.Next.On(e, turns.Next.Newest, numberOf, now);
        var shown = Shown(e) is { } activity
            ? turns with { Decisions = turns.Decisions.Insert(0, new TurnDecision.Show(activity)) } : turns;
        var step = (this with { Quiet = Quiet.OnEvent(now) })
            .Next(shown, new(answers.Next, wanted.Decisions.AddRange(answers.Decisions)));
        return e switch
        {
            InputTimedOut { ItemId: var silent } when Turns.NumberOf(silent) is null => Unanswered(step, now),
            SpeechStarted when !Answers.AwaitsSpoken => step.Then(c => new(c.Attended())),
            _ => step,
        };
    }

    /// <summary>A key of the caller's telephone was pressed; the first one interrupts the assistant.</summary>
    public Step Press(char key, TimeSpan now)
    {
        var step = Keys.IsEmpty ? Attended().Next(new(Turns), Answers.Spoken()) : new(this);
        return step.Then(c => c.Collected(c.Keys.Press(key, now), now));
    }

    /// <summary>The call is to end: the assistant says its last words. <paramref name="isFinal"/>: whatever the caller says.</summary>
    public Step Leave(Notice reason, bool isFinal, TimeSpan now) =>
        (this with { Farewell = Farewell.Leave(reason, isFinal) }).Next(new(Turns), Answers.SayLast(Farewell.Settings.Instructions, now));

    /// <summary>An out-of-band transcript arrived, or failed.</summary>
    public Step On(OutOfBandResult result, TimeSpan now) => Next(Turns.On(result, now), new(Answers));

    /// <summary>Playback has finished a response.</summary>
    public Step On(PlaybackFacts.Ended m, TimeSpan now) => Next(new(Turns), Answers.Played(m, now));

    /// <summary>The caller has spoken long enough to interrupt the assistant.</summary>
    public Step Spoken() => Attended().Next(new(Turns), Answers.Spoken());

    /// <summary>A function has returned.</summary>
    public Step Returned(string callId, string output, TimeSpan now) => Next(new(Turns), Answers.Returned(callId, output, now));

    /// <summary>A time that was due has come.</summary>
    public Step OnTime(TimeSpan now) =>
        Next(Turns.OnTime(now), Answers.OnTime(now)).Then(c => c.Collected(c.Keys.OnTime(now), now));

    /// <summary>
    /// A connection is open; from now on answers are charged by the prices of this model (null: the server names none). The new
    /// conversation at the server is empty: it is seeded with the history before the audio starts.
    /// </summary>
    public Step Opened(string? model, TimeSpan now = default)
    {
        var (history, events) = History.Seed();
        var answers = model is null ? Answers : Answers with { Model = model };
        var recited = !HasOpened && Turns.Settings.Recordings.TryGetValue(answers.Format, out var recording)
            ? answers.Recite(recording, now) : new(answers);
        return new(
            this with { IsConnected = true, HasOpened = true, History = history, Answers = recited.Next },
            [.. events.Select(e => new AnswerDecision.Send(e)), new ConversationDecision.StartAudio(), .. recited.Decisions]);
    }

    /// <summary>The connection is lost; another one will be made.</summary>
    public Step Suspend(TimeSpan now)
    {
        // What was entered and is not published was known to the lost connection only.
        var (turns, entries) = Turns.WithoutKeys();
        return (Unconnected with { Unsent = entries.AddRange(Unsent) }).Next(new(turns.Suspend()), Answers.Disconnected(now));
    }

    /// <summary>There will be no more connection. During a drain the caller has been heard to the end.</summary>
    public Step Disconnect(TimeSpan now) =>
        Unconnected.Next(Quiet.IsDraining ? Turns.Disconnected() : Turns.Lost(now), Answers.Disconnected(now))
            .Then(c => c.SendEntries(now));

    // What is retained is said again: the microphone may have given it up, and would send to the next connection what this one has
    // transcribed.
    private Conversation Unconnected => this with { IsConnected = false, IsPauseAwaited = false, Retained = default };

    /// <summary>
    /// The audio starts on a new connection, at this position of the session's audio clock in ms. No effect if that connection is lost by
    /// now: the audio starts again on the next one.
    /// </summary>
    public Step Resume(long atMs, TimeSpan now)
    {
        if (!IsConnected) return new(this);
        var turns = Turns.Resume(atMs);
        // A turn that is replayed is answered again by the server.
        var answers = Turns.IsMidway ? new(Answers) : Answers.Resume(turns.Next.Newest, now);
        return (this with { Quiet = Quiet.OnEvent(now) }).Next(turns, answers).Then(c => c.SendEntries(now));
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

    /// <summary>Somebody carries out the functions that the model calls.</summary>
    public Conversation WithTools() => this with { Answers = Answers with { HasTools = true } };

    /// <summary>The connection is to be renewed in the next pause.</summary>
    public Step AwaitPause() => new(this with { IsPauseAwaited = true });

    /// <summary>A drain begins.</summary>
    public Step BeginDrain(TimeSpan now) =>
        new Step(this with { Quiet = Quiet.BeginDrain(now) }).Then(c => c.Collected(c.Keys.End(), now));

    /// <summary>Whatever waited for a quiet period that has come by now.</summary>
    public Step Settle(TimeSpan now)
    {
        var step = new Step(this);
        if (Farewell.Reason is { } reason && Answers.IsIdle)
            step = new(step.Next with { Farewell = Farewell.Left() }, new ConversationDecision.Leave(reason));
        if (RenewAt <= now) step = step.Then(c => new(c with { IsPauseAwaited = false }, new ConversationDecision.Renew()));
        if (DrainedAt <= now)
            step = step.Then(c => new(c with { Quiet = c.Quiet.EndDrain() }, new ConversationDecision.EndDrain(c.Turns.OpenTurns)));
        return step;
    }

    /// <summary>
    /// The next moment after <paramref name="now"/> at which a transcript, a commit or an answer is overdue, or a pause or the end of a
    /// drain has come; null: nothing waits.
    /// </summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        TimeSpan? next = null;
        foreach (var due in (ReadOnlySpan<TimeSpan?>)[Turns.NextDue(now), Answers.NextDue(now), Keys.DueAt, RenewAt, DrainedAt])
        {
            if (due > now && !(due >= next)) next = due;
        }
        return next;
    }

    /// <summary>From when on this is a pause if no event comes; null: something is open.</summary>
    public TimeSpan? PauseAt => Quiet.PauseAt(IsIdle);

    private TimeSpan? RenewAt => IsPauseAwaited ? PauseAt : null;

    private TimeSpan? DrainedAt => Quiet.DrainedAt(IsIdle, IsConnected, Turns.HeardTo);

    private Step Collected((KeyCollector Next, KeyEntry? Entry) keys, TimeSpan now)
    {
        var next = ReferenceEquals(keys.Next, Keys) ? this : this with { Keys = keys.Next };
        return keys.Entry is not { } entry ? new(next)
            : IsConnected ? next.Enter(entry, now)
            : new(next with { Unsent = Unsent.Count < MaxUnsent ? Unsent.Add(entry) : Unsent });
    }

    private Step Enter(KeyEntry entry, TimeSpan now)
    {
        var item = ItemId.Of(string.Create(CultureInfo.InvariantCulture, $"item_keys_{Entries + 1}"));
        return (this with { Entries = Entries + 1 }).Next(Turns.Enter(entry, item, now), Answers.Enter(entry, item, now));
    }

    private Step SendEntries(TimeSpan now) =>
        Unsent.Aggregate(new Step(this with { Unsent = [] }), (step, entry) => step.Then(c => c.Enter(entry, now)));

    private static Step Unanswered(Step step, TimeSpan now) => step.Then(c => c.Unanswered(now));

    // The idle timeout has expired: the server is about to ask whether somebody is there.
    private Step Unanswered(TimeSpan now)
    {
        var (farewell, reason) = Farewell.Unanswered();
        var next = this with { Farewell = farewell };
        return reason is null ? new(next) : next.Leave(reason, isFinal: false, now);
    }

    // Somebody is there.
    private Conversation Attended() => !Farewell.IsAwaiting ? this
        : this with { Farewell = Farewell.Attended(), Answers = Farewell.IsFinal ? Answers : Answers.GoOn() };

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
        var retained = turns.Next.Retention;
        if (retained != Retained) decisions = decisions.Add(new ConversationDecision.Retain(retained));
        return new(
            this with { Turns = turns.Next, Answers = answers.Next, History = history, Hearing = hearing, Retained = retained }, decisions);
    }
}
