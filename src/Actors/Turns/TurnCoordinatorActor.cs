using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// One record per user item. <see cref="TurnJoin"/> joins the transcripts, <see cref="AnswerTracker"/> tracks the answers,
/// <see cref="QuietPeriod"/> says when nothing more is to come; this actor carries out their decisions and runs the timer.
/// </summary>
public sealed class TurnCoordinatorActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TurnSettings _settings;
    private readonly TimeProvider _clock;
    private readonly IActorRef _playback, _outOfBand, _ledger, _sinks;
    private readonly Func<ItemId, TurnNumber?> _numberOf;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that starts without a connection.</summary>
    public static Props Props(
        TurnSettings settings, SessionFacts facts, PriceList prices, TimeProvider clock,
        IActorRef playback, IActorRef outOfBand, IActorRef ledger, IActorRef sinks) =>
        Akka.Actor.Props.Create(() => new TurnCoordinatorActor(settings, facts, prices, clock, playback, outOfBand, ledger, sinks));

    /// <summary>Use <see cref="Props"/>.</summary>
    public TurnCoordinatorActor(
        TurnSettings settings, SessionFacts facts, PriceList prices, TimeProvider clock,
        IActorRef playback, IActorRef outOfBand, IActorRef ledger, IActorRef sinks)
    {
        (_settings, _clock, _playback, _outOfBand, _ledger, _sinks) = (settings, clock, playback, outOfBand, ledger, sinks);
        _state = _checkpoint = new()
        {
            Join = new(settings, facts.Id.Value, prices), Answers = new(facts.Id.Value, facts.Model, prices), History = new(),
            Prompt = new(settings.PromptSource ?? settings.TranscriptionPrompt), Quiet = new(settings.Settle, settings.Drain),
            Connection = ActorRefs.Nobody, Microphone = ActorRefs.Nobody, Tools = ActorRefs.Nobody, PauseTo = ActorRefs.Nobody,
            DrainTo = ActorRefs.Nobody, Listeners = [],
        };
        _numberOf = item => _state.Join.NumberOf(item);

        Receive<ConnectionFacts.Opened>(_ => Seed(Sender));
        Receive<ConnectionFacts.Received>(m => On(m.Event));
        Receive<ConnectionFacts.Loudness>(m => _state.Join = _state.Join.Heard(m.Item, m.Loudest));
        Receive<ConnectionFacts.Mark>(m => Tell(Sender, new ConnectionMessages.Handled(m.Sequence)));
        Receive<ConnectionFacts.Lost>(_ => Suspend());
        Receive<ConnectionFacts.Ended>(_ => Disconnect());
        Receive<OutOfBandFacts.Answered>(m => Take(_state.Join.On(m.Result, _clock.Now())));
        Receive<PlaybackFacts.Ended>(m => Take(_state.Answers.Played(m.Response, m.Item, m.Heard, m.HeardInAll)));
        Receive<ToolMessages.Returned>(m => Take(_state.Answers.Returned(m.CallId, m.Output)));
        Receive<TurnMessages.AudioOffset>(m => Resume(m.AtMs, Sender));
        Receive<TurnMessages.ManualCommit>(m => _state.Join = _state.Join.ManualCommit(m.AtMs));
        Receive<TurnMessages.AudioEnded>(m => _state.Quiet = _state.Quiet.SpokenTo(m.SpokenToMs));
        Receive<TurnMessages.Attach>(m =>
        {
            _state.Listeners = _state.Listeners.Add(Sender);
            if (m.Tools) _state.Tools = Sender;
        });
        Receive<TurnMessages.AwaitPause>(_ => AwaitPause(Sender));
        Receive<TurnMessages.Drain>(_ => Drain(Sender));
        Receive<Due>(_ => OnTime(_clock.Now()));
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint with { Alarm = default };

    /// <inheritdoc/>
    protected override bool NeedsReconnect => true;

    /// <inheritdoc/>
    protected override bool GiveUp(object message) => message is not (TurnMessages.Attach or PlaybackFacts.Ended);

    // A new conversation is empty: it is seeded with the history before the audio starts.
    private void Seed(IActorRef connection)
    {
        _state.Connection = connection;
        (_state.History, var events) = _state.History.Seed();
        foreach (var e in events) Tell(connection, new ConnectionMessages.Send(e));
        Tell(connection, new ConnectionMessages.StartAudio());
    }

    private void Resume(long atMs, IActorRef microphone)
    {
        _state.Microphone = microphone;
        _state.Quiet = _state.Quiet.OnEvent(_clock.Now());
        var midway = _state.Join.IsMidway;
        Take(_state.Join.Resume(atMs));
        // A turn that is replayed is answered again by the server.
        if (!midway) Take(_state.Answers.Resume(_state.Join.Newest));
    }

    private void Suspend()
    {
        (_state.Connection, _state.PauseTo) = (ActorRefs.Nobody, ActorRefs.Nobody);
        _state.Join = _state.Join.Suspend();
        Take(_state.Answers.Disconnected(_clock.Now()));
    }

    private void Disconnect()
    {
        (_state.Connection, _state.PauseTo) = (ActorRefs.Nobody, ActorRefs.Nobody);
        Take(_state.Join.Disconnected());
        Take(_state.Answers.Disconnected(_clock.Now()));
    }

    private void On(ServerEvent e)
    {
        var now = _clock.Now();
        _state.Quiet = _state.Quiet.OnEvent(now);
        switch (e)
        {
            case SpeechStarted:
                Tell(_sinks, new SinkMessages.Write(new Activity(ActivityKind.SpeechStarted)));
                break;
            case SpeechStopped:
                Tell(_sinks, new SinkMessages.Write(new Activity(ActivityKind.SpeechStopped)));
                break;
            case InputCommitted committed:
                ReadPrompt();
                if (_settings.ManualAnswers && _state.Join.NumberOf(committed.ItemId) is null) Take(_state.Answers.Want());
                break;
            case ServerError { Error: var error }:
                _log.Debug("A request of ours came to nothing: {Reason}", error.Reason);
                break;
        }
        Take(_state.Join.On(e, now));
        Take(_state.Answers.On(e, _state.Join.Newest, _numberOf, now));
    }

    // An edited prompt applies from this turn on.
    private void ReadPrompt()
    {
        (_state.Prompt, var prompt, var problem) = _state.Prompt.Read();
        if (problem is not null) Tell(_sinks, new SinkMessages.Write(problem));
        _state.Join = _state.Join.With(prompt);
    }

    private void AwaitPause(IActorRef asker)
    {
        _state.PauseTo = asker;
        Act();
    }

    private void Drain(IActorRef asker)
    {
        (_state.Quiet, _state.DrainTo) = (_state.Quiet.BeginDrain(_clock.Now()), asker);
        Act();
    }

    private void OnTime(TimeSpan now)
    {
        _state.Alarm = default;
        Take(_state.Join.OnTime(now));
        Take(_state.Answers.OnTime(now));
        Act();
    }

    private void Take(Step<TurnJoin, TurnDecision> step)
    {
        // Most events do not change the join, and then the next due time is unchanged too.
        if (ReferenceEquals(step.Next, _state.Join) && step.Decisions.IsEmpty) return;
        _state.Join = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        if (_state.Join.Retention is var need && need != _state.Need)
        {
            _state.Need = need;
            Tell(_state.Microphone, new MicMessages.Release(need.BeforeMs, need.IsIdle));
        }
        Act();
    }

    private void Take(Step<AnswerTracker, AnswerDecision> step)
    {
        // Audio that is only passed on changes nothing.
        var changes = !ReferenceEquals(step.Next, _state.Answers);
        _state.Answers = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        if (changes) Act();
    }

    private void Do(TurnDecision decision)
    {
        switch (decision)
        {
            case TurnDecision.Transcribe { Request: var request, Again: var again }:
                var (number, item) = (request.Turn.Value, request.Item);
                if (again) _log.Warning("Turn {Turn}: the transcript of {Item} looks made up and is asked for again", number, item);
                else _log.Debug("Turn {Turn} is open for {Item}", number, item);
                Tell(_outOfBand, new OutOfBandMessages.Ask(request, again));
                break;
            case TurnDecision.Publish { Record: var turn }:
                _log.Info(
                    "Turn {Turn} is joined for {Item}: out of band {Status}, ASR {AsrStatus}",
                    turn.Turn, turn.ItemId, turn.Oob.Status, turn.Asr.Status);
                Publish(turn);
                Tell(Context.Parent, new SessionMessages.TurnsJoined(turn.Turn));
                break;
            case TurnDecision.Amend { Record: var turn }:
                _log.Warning("Turn {Turn} is amended for {Item}: a transcript came late", turn.Turn, turn.ItemId);
                Publish(turn);
                break;
        }
    }

    private void Do(AnswerDecision decision)
    {
        switch (decision)
        {
            case AnswerDecision.Play { Sound: var sound }:
                Tell(_playback, new PlaybackMessages.Play(sound.ResponseId, sound.ItemId, sound.Delta) { Owner = sound.Owner });
                break;
            case AnswerDecision.Finish finish:
                Tell(_playback, new PlaybackMessages.Finish(finish.Response));
                break;
            case AnswerDecision.StopPlayback stop:
                Tell(_playback, new PlaybackMessages.Stop(stop.Response));
                break;
            case AnswerDecision.Send send:
                Tell(_state.Connection, new ConnectionMessages.Send(send.Event));
                break;
            case AnswerDecision.Call { Order: var call }:
                if (_state.Tools.IsNobody()) Take(_state.Answers.Returned(call.CallId, """{"error":"there is no such function"}"""));
                else Tell(_state.Tools, call);
                break;
            case AnswerDecision.Publish { Record: var answer }:
                _log.Info(
                    "Answer {Response} to turn {Turn} is {Status}, {Milliseconds} ms heard",
                    answer.ResponseId, answer.Turn ?? 0, answer.Status, answer.HeardMs);
                _state.History = _state.History.With(answer);
                Publish(answer);
                break;
        }
    }

    private void Publish(TurnRecord turn)
    {
        _state.History = _state.History.With(turn);
        Publish((SessionRecord)turn);
        foreach (var listener in _state.Listeners) Tell(listener, new TurnFacts.Published(turn));
    }

    private void Publish(SessionRecord record)
    {
        Tell(_ledger, new LedgerMessages.Published(record));
        Tell(_sinks, new SinkMessages.Write(record));
    }

    // Does what waits for a quiet period, and sets the timer for whatever is due next.
    private void Act()
    {
        var now = _clock.Now();
        var isIdle = _state.Join.OpenTurns == 0 && !_state.Join.IsSpeaking && _state.Answers.IsIdle;
        var pauseAt = _state.PauseTo.IsNobody() ? null : _state.Quiet.PauseAt(isIdle);
        if (pauseAt <= now)
        {
            Tell(_state.PauseTo, new SocketMessages.Reopen("the session is renewed before the server's time limit ends it"));
            _state.PauseTo = ActorRefs.Nobody;
        }
        var drainedAt = _state.Quiet.DrainedAt(isIdle, isConnected: !_state.Connection.IsNobody(), _state.Join.HeardTo);
        if (drainedAt <= now)
        {
            Tell(_state.DrainTo, new SessionMessages.Drained(_state.Join.OpenTurns));
            _state.Quiet = _state.Quiet.EndDrain();
        }
        (_state.Alarm, var wait) = _state.Alarm.For(now, pauseAt, drainedAt, _state.Join.NextDue(now), _state.Answers.NextDue(now));
        if (wait is { } time) Timers.StartSingleTimer(Due.Key, Due.Signal, time);
    }

    private record struct State
    {
        public TurnJoin Join;
        public AnswerTracker Answers;
        public ConversationHistory History;
        public PromptReader Prompt;
        public QuietPeriod Quiet;
        public IActorRef Connection, Microphone, Tools;
        public IActorRef PauseTo, DrainTo; // who is told of the next pause, and that all is drained
        public ImmutableArray<IActorRef> Listeners;
        public AudioRetention Need; // as last sent to the microphone
        public Alarm Alarm;
    }

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }
}
