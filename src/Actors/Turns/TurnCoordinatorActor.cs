using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// One record per user item. <see cref="Conversation"/> decides; this actor carries its decisions out, reads the prompt, and runs the
/// timer.
/// </summary>
public sealed class TurnCoordinatorActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeProvider _clock;
    private readonly IActorRef _playback, _outOfBand, _ledger, _sinks;
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
        (_clock, _playback, _outOfBand, _ledger, _sinks) = (clock, playback, outOfBand, ledger, sinks);
        _state = _checkpoint = new()
        {
            Now = new(
                new(settings, facts.Id.Value, prices), new(facts.Id.Value, facts.Model, prices) { Timeout = settings.AnswerTimeout },
                new(settings.Settle, settings.Drain), settings.ManualAnswers),
            Prompt = new(settings.PromptSource ?? settings.TranscriptionPrompt), Connection = ActorRefs.Nobody,
            Microphone = ActorRefs.Nobody, Tools = ActorRefs.Nobody, PauseTo = ActorRefs.Nobody, DrainTo = ActorRefs.Nobody, Listeners = [],
        };

        Receive<ConnectionFacts.Opened>(m =>
        {
            _state.Now = _state.Now with { Answers = _state.Now.Answers with { Model = m.Model ?? _state.Now.Answers.Model } };
            Seed(Sender);
        });
        Receive<ConnectionFacts.Received>(m => On(m.Event));
        Receive<ConnectionFacts.Loudness>(m => _state.Now = _state.Now.Heard(m.Item, m.Loudest));
        Receive<ConnectionFacts.Mark>(m => Tell(Sender, new ConnectionMessages.Handled(m.Sequence)));
        Receive<ConnectionFacts.Lost>(_ => Disconnected(_state.Now.Suspend(_clock.Now())));
        Receive<ConnectionFacts.Ended>(_ => Disconnected(_state.Now.Disconnect(_clock.Now())));
        Receive<OutOfBandFacts.Answered>(m => Take(_state.Now.On(m.Result, _clock.Now())));
        Receive<PlaybackFacts.Ended>(m => Take(_state.Now.On(m)));
        Receive<ToolMessages.Returned>(m => Take(_state.Now.Returned(m.CallId, m.Output, _clock.Now())));
        Receive<TurnMessages.AudioOffset>(m =>
        {
            _state.Microphone = Sender;
            Take(_state.Now.Resume(m.AtMs, _clock.Now()));
        });
        Receive<TurnMessages.ManualCommit>(m => _state.Now = _state.Now.ManualCommit(m.AtMs));
        Receive<TurnMessages.AudioEnded>(m => _state.Now = _state.Now.SpokenTo(m.SpokenToMs));
        Receive<TurnMessages.Attach>(m =>
        {
            _state.Listeners = _state.Listeners.Add(Sender);
            if (m.Tools) _state.Tools = Sender;
        });
        Receive<TurnMessages.AwaitPause>(_ => Await(_state.Now, pauseTo: Sender, _state.DrainTo));
        Receive<TurnMessages.Drain>(_ => Await(_state.Now.BeginDrain(_clock.Now()), _state.PauseTo, drainTo: Sender));
        Receive<Due>(_ =>
        {
            _state.Alarm = default;
            Take(_state.Now.OnTime(_clock.Now()));
            Act();
        });
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
        (_state.Now, var events) = _state.Now.Seed();
        foreach (var e in events) Tell(connection, new ConnectionMessages.Send(e));
        Tell(connection, new ConnectionMessages.StartAudio());
    }

    private void Disconnected(Step<Conversation, ConversationDecision> step)
    {
        (_state.Connection, _state.PauseTo) = (ActorRefs.Nobody, ActorRefs.Nobody);
        // Sent again: the microphone may have given it up, and would send to the next connection what this one has transcribed.
        _state.Need = default;
        Take(step);
    }

    private void On(ServerEvent e)
    {
        switch (e)
        {
            case SpeechStarted:
                Tell(_sinks, new SinkMessages.Write(new Activity(ActivityKind.SpeechStarted)));
                break;
            case SpeechStopped:
                Tell(_sinks, new SinkMessages.Write(new Activity(ActivityKind.SpeechStopped)));
                break;
            case InputCommitted:
                ReadPrompt();
                break;
            case ServerError { Error: var error }:
                _log.Debug("A request of ours came to nothing: {Reason}", error.Reason);
                break;
        }
        Take(_state.Now.On(e, _clock.Now()));
    }

    // An edited prompt applies from this turn on.
    private void ReadPrompt()
    {
        (_state.Prompt, var prompt, var problem) = _state.Prompt.Read();
        if (problem is not null) Tell(_sinks, new SinkMessages.Write(problem));
        _state.Now = _state.Now.With(prompt);
    }

    private void Await(Conversation now, IActorRef pauseTo, IActorRef drainTo)
    {
        (_state.Now, _state.PauseTo, _state.DrainTo) = (now, pauseTo, drainTo);
        Act();
    }

    private void Take(Step<Conversation, ConversationDecision> step)
    {
        var hasChanged = step.Next.HasChangedSince(_state.Now);
        _state.Now = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        if (_state.Now.Turns.Retention is var need && need != _state.Need)
        {
            _state.Need = need;
            Tell(_state.Microphone, new MicMessages.Release(need.BeforeMs, need.IsIdle));
        }
        if (hasChanged) Act();
    }

    private void Do(ConversationDecision decision)
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
            case TurnDecision.Warn { Notice: var notice }:
                Tell(_sinks, new SinkMessages.Write(notice));
                break;
            case AnswerDecision.Play { Sound: var sound }:
                Tell(_playback, new PlaybackMessages.Play(sound.ResponseId, sound.ItemId, sound.Delta) { Owner = sound.Owner });
                break;
            case AnswerDecision.Pause pause:
                Tell(_playback, new PlaybackMessages.Pause(pause.Response));
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
                if (_state.Tools.IsNobody())
                    Take(_state.Now.Returned(call.CallId, """{"error":"there is no such function"}""", _clock.Now()));
                else Tell(_state.Tools, call);
                break;
            case AnswerDecision.Publish { Record: var answer }:
                _log.Info(
                    "Answer {Response} to turn {Turn} is {Status}, {Milliseconds} ms heard",
                    answer.ResponseId, answer.Turn ?? 0, answer.Status, answer.HeardMs);
                Publish(answer);
                break;
            case AnswerDecision.Notify { Notice: var notice }:
                Tell(Context.Parent, new SessionMessages.NoticeRaised(notice));
                break;
        }
    }

    private void Publish(TurnRecord turn)
    {
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
        var pauseAt = _state.PauseTo.IsNobody() ? null : _state.Now.PauseAt;
        if (pauseAt <= now)
        {
            Tell(_state.PauseTo, new SocketMessages.Reopen("the session is renewed before the server's time limit ends it"));
            _state.PauseTo = ActorRefs.Nobody;
        }
        var drainedAt = _state.Now.DrainedAt(isConnected: !_state.Connection.IsNobody());
        if (drainedAt <= now)
        {
            Tell(_state.DrainTo, new SessionMessages.Drained(_state.Now.Turns.OpenTurns));
            _state.Now = _state.Now.EndDrain();
        }
        (_state.Alarm, var wait) = _state.Alarm.For(now, pauseAt, drainedAt, _state.Now.Turns.NextDue(now), _state.Now.Answers.NextDue(now));
        if (wait is { } time) Timers.StartSingleTimer(Due.Key, Due.Signal, time);
    }

    private record struct State
    {
        public Conversation Now;
        public PromptReader Prompt;
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
