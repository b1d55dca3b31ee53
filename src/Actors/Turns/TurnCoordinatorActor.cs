using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
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
        var now = Conversation.Begin(settings, facts, prices);
        _state = _checkpoint = new()
        {
            Now = now, Prompt = new(settings.PromptSource ?? settings.TranscriptionPrompt), Connection = ActorRefs.Nobody,
            Microphone = ActorRefs.Nobody, Tools = ActorRefs.Nobody, PauseTo = ActorRefs.Nobody, DrainTo = ActorRefs.Nobody, Listeners = [],
        };
        ReceiveFromConnection();
        ReceiveFromStations();
        Receive<Due>(_ =>
        {
            _state.Alarm = default;
            Take(_state.Now.OnTime(Clock));
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

    private TimeSpan Clock => _clock.Now();

    private void ReceiveFromConnection()
    {
        Receive<ConnectionFacts.Opened>(m =>
        {
            (_state.Connection, _state.Now) = (Sender, _state.Now.With(m.Model));
            // A new conversation is empty: it is seeded with the history before the audio starts.
            (_state.Now, var events) = _state.Now.Seed();
            foreach (var e in events) Tell(Sender, new ConnectionMessages.Send(e));
            Tell(Sender, new ConnectionMessages.StartAudio());
        });
        Receive<ConnectionFacts.Received>(m =>
        {
            if (m.Event is InputCommitted) ReadPrompt();
            Take(_state.Now.On(m.Event, Clock));
        });
        Receive<ConnectionFacts.Loudness>(m => _state.Now = _state.Now.Heard(m.Item, m.Loudest));
        Receive<ConnectionFacts.Spoken>(_ => Take(_state.Now.Spoken()));
        Receive<ConnectionFacts.Mark>(m => Tell(Sender, new ConnectionMessages.Handled(m.Sequence)));
        Receive<ConnectionFacts.Lost>(_ => Disconnected(_state.Now.Suspend(Clock)));
        Receive<ConnectionFacts.Ended>(_ => Disconnected(_state.Now.Disconnect(Clock)));
    }

    private void ReceiveFromStations()
    {
        Receive<OutOfBandFacts.Answered>(m => Take(_state.Now.On(m.Result, Clock)));
        Receive<PlaybackFacts.Ended>(m => Take(_state.Now.On(m, Clock)));
        Receive<ToolMessages.Returned>(m => Take(_state.Now.Returned(m.CallId, m.Output, Clock)));
        Receive<TurnMessages.AudioOffset>(m =>
        {
            _state.Microphone = Sender;
            Take(_state.Now.Resume(m.AtMs, Clock));
        });
        Receive<TurnMessages.AudioPaused>(m => _state.Now = _state.Now.Paused(m.AtMs, m.ClockMs, Clock));
        Receive<TurnMessages.ManualCommit>(m => _state.Now = _state.Now.ManualCommit(m.AtMs));
        Receive<TurnMessages.AudioEnded>(m => _state.Now = _state.Now.SpokenTo(m.SpokenToMs));
        Receive<TurnMessages.Attach>(m =>
            (_state.Listeners, _state.Tools) = (_state.Listeners.Add(Sender), m.Tools ? Sender : _state.Tools));
        Receive<TurnMessages.AwaitPause>(_ =>
        {
            _state.PauseTo = Sender;
            Act();
        });
        Receive<TurnMessages.Drain>(_ =>
        {
            (_state.Now, _state.DrainTo) = (_state.Now.BeginDrain(Clock), Sender);
            Act();
        });
    }

    private void Disconnected(Step<Conversation, ConversationDecision> step)
    {
        (_state.Connection, _state.PauseTo) = (ActorRefs.Nobody, ActorRefs.Nobody);
        // Sent again: the microphone may have given it up, and would send to the next connection what this one has transcribed.
        _state.Need = default;
        Take(step);
    }

    // An edited prompt applies from this turn on.
    private void ReadPrompt()
    {
        (_state.Prompt, var prompt, var problem) = _state.Prompt.Read();
        if (problem is not null) Tell(_sinks, new SinkMessages.Write(problem));
        _state.Now = _state.Now.With(prompt);
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
        Log(decision);
        if (decision is AnswerDecision.Call { Order.CallId: var id } && _state.Tools.IsNobody())
        {
            Take(_state.Now.Returned(id, """{"error":"there is no such function"}""", Clock));
            return;
        }
        foreach (var (to, message) in ConversationRoute.Of(decision))
        {
            ReadOnlySpan<IActorRef> stations = to == TurnStation.Listeners ? _state.Listeners.AsSpan() : [StationOf(to)];
            foreach (var station in stations) Tell(station, message);
        }
    }

    private IActorRef StationOf(TurnStation station) => station switch
    {
        TurnStation.Playback => _playback,
        TurnStation.OutOfBand => _outOfBand,
        TurnStation.Ledger => _ledger,
        TurnStation.Sinks => _sinks,
        TurnStation.Connection => _state.Connection,
        TurnStation.Tools => _state.Tools,
        _ => Context.Parent,
    };

    private void Log(ConversationDecision decision)
    {
        switch (decision)
        {
            case TurnDecision.Transcribe { Again: true, Request: var request }:
                _log.Warning("Turn {Turn}: the transcript of {Item} looks made up and is asked for again", request.Turn.Value, request.Item);
                break;
            case TurnDecision.Publish { Record: var turn }:
                _log.Info(
                    "Turn {Turn} is joined for {Item}: out of band {Status}, ASR {AsrStatus}",
                    turn.Turn, turn.ItemId, turn.Oob.Status, turn.Asr.Status);
                break;
            case TurnDecision.Amend { Record: var turn }:
                _log.Warning("Turn {Turn} is amended for {Item}: a transcript came late", turn.Turn, turn.ItemId);
                break;
            case AnswerDecision.Publish { Record: var answer }:
                _log.Info(
                    "Answer {Response} to turn {Turn} is {Status}, {Milliseconds} ms heard",
                    answer.ResponseId, answer.Turn ?? 0, answer.Status, answer.HeardMs);
                break;
        }
    }

    // Does what waits for a quiet period, and sets the timer for whatever is due next.
    private void Act()
    {
        var now = Clock;
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
        (_state.Alarm, var wait) = _state.Alarm.For(now, pauseAt, drainedAt, _state.Now.NextDue(now));
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
