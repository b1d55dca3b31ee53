using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
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
    private readonly bool _logsWords;
    private readonly QueueDepth? _open, _answers;
    private readonly ISessionDisplay? _display;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that starts without a connection.</summary>
    public static Props Props(
        TurnSettings settings, SessionFacts facts, PriceList prices, TimeProvider clock,
        IActorRef playback, IActorRef outOfBand, IActorRef ledger, IActorRef sinks, QueueDepths? depths = null,
        ISessionDisplay? display = null) =>
        Akka.Actor.Props.Create(
            () => new TurnCoordinatorActor(settings, facts, prices, clock, playback, outOfBand, ledger, sinks, depths, display));

    /// <summary>Use <see cref="Props"/>.</summary>
    public TurnCoordinatorActor(
        TurnSettings settings, SessionFacts facts, PriceList prices, TimeProvider clock,
        IActorRef playback, IActorRef outOfBand, IActorRef ledger, IActorRef sinks, QueueDepths? depths, ISessionDisplay? display)
    {
        (_clock, _logsWords, _display) = (clock, settings.LogsWords, display);
        (_open, _answers) = (depths?.Add(nameof(TurnJoin)), depths?.Add(nameof(AnswerTracker)));
        var stations = ImmutableDictionary<TurnStation, ImmutableArray<IActorRef>>.Empty
            .Add(TurnStation.Playback, [playback]).Add(TurnStation.OutOfBand, [outOfBand]).Add(TurnStation.Ledger, [ledger])
            .Add(TurnStation.Sinks, [sinks]).Add(TurnStation.Session, [Context.Parent]);
        var prompt = new PromptReader(settings.PromptSource ?? settings.TranscriptionPrompt);
        _state = _checkpoint = new() { Now = Conversation.Begin(settings, facts, prices), Prompt = prompt, Stations = stations };
        ReceiveFromConnection();
        ReceiveFromStations();
        Receive<Due>(_ =>
        {
            var now = Clock;
            _state.Alarm = Alarm.Fired(now);
            Take(_state.Now.OnTime(now));
            Settle();
        });
    }

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        _checkpoint = _state;
        _open?.Count = _state.Now.Turns.OpenTurns;
        _answers?.Count = _state.Now.Answers.Count;
    }

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint with { Alarm = default };

    /// <inheritdoc/>
    protected override bool NeedsReconnect => true;

    /// <inheritdoc/>
    protected override bool GiveUp(object message) => message is not (TurnMessages.Attach or PlaybackFacts.Ended);

    private TimeSpan Clock => _clock.Now();

    private void ReceiveFromConnection()
    {
        Receive<ConnectionFacts.Opened>(m => Know(TurnStation.Connection, [Sender], _state.Now.Opened(m.Model, Clock)));
        Receive<ConnectionFacts.Received>(m =>
        {
            if (m.Event is InputCommitted) ReadPrompt();
            var step = _state.Now.On(m.Event, Clock);
            if (_log.IsDebugEnabled) Write(_log, ConversationLog.Of(m.Event, _state.Now, step.Next));
            Take(step);
            if (_display is not null) ShowWords(m.Event);
        });
        Receive<ConnectionFacts.Loudness>(m => _state.Now = _state.Now.Heard(m.Item, m.Loudest));
        Receive<ConnectionFacts.Spoken>(_ => Take(_state.Now.Spoken()));
        Receive<ConnectionFacts.Mark>(m => Tell(Sender, new ConnectionMessages.Handled(m.Sequence)));
        Receive<ConnectionFacts.Lost>(_ => Know(TurnStation.Connection, [], _state.Now.Suspend(Clock)));
        Receive<ConnectionFacts.Ended>(_ => Know(TurnStation.Connection, [], _state.Now.Disconnect(Clock)));
    }

    private void ReceiveFromStations()
    {
        Receive<OutOfBandFacts.Answered>(m => Take(_state.Now.On(m.Result, Clock)));
        Receive<PlaybackFacts.Ended>(m => Take(_state.Now.On(m, Clock)));
        Receive<ToolMessages.Returned>(m => Take(_state.Now.Returned(m.CallId, m.Output, Clock)));
        Receive<TurnMessages.KeyPressed>(m => Take(_state.Now.Press(m.Key, Clock)));
        Receive<TurnMessages.Leave>(m => Take(_state.Now.Leave(m.Reason, isFinal: true, Clock)));
        Receive<TurnMessages.AudioOffset>(m => Know(TurnStation.Microphone, [Sender], _state.Now.Resume(m.AtMs, Clock)));
        Receive<TurnMessages.AudioPaused>(m => _state.Now = _state.Now.Paused(m.AtMs, m.ClockMs, m.Now));
        Receive<TurnMessages.ManualCommit>(m => _state.Now = _state.Now.ManualCommit(m.AtMs));
        Receive<TurnMessages.AudioEnded>(m => _state.Now = _state.Now.SpokenTo(m.SpokenToMs));
        Receive<TurnMessages.Attach>(m =>
        {
            var listeners = At(TurnStation.Listeners);
            if (!listeners.Contains(Sender)) Know(TurnStation.Listeners, listeners.Add(Sender), new(_state.Now));
            if (m.Tools) Know(TurnStation.Tools, [Sender], new(_state.Now.WithTools()));
        });
        Receive<TurnMessages.AwaitPause>(_ => Know(TurnStation.Socket, [Sender], _state.Now.AwaitPause()));
        Receive<TurnMessages.Drain>(_ => Know(TurnStation.Drainer, [Sender], _state.Now.BeginDrain(Clock)));
    }

    private void Know(TurnStation station, ImmutableArray<IActorRef> actors, Step<Conversation, ConversationDecision> step)
    {
        _state.Stations = _state.Stations.SetItem(station, actors);
        Take(step);
    }

    private void ShowWords(ServerEvent e)
    {
        ResponseId? response = e switch
        {
            OutputTranscriptDelta { ResponseId: var id } => id,
            OutputTextDelta { ResponseId: var id } => id,
            _ => null,
        };
        if (response is { } said && _state.Now.Answers.WordsOf(said) is { } words) _display?.ShowWords(said, words);
    }

    // An edited prompt applies from this turn on.
    private void ReadPrompt()
    {
        (_state.Prompt, var prompt, var problem) = _state.Prompt.Read();
        if (problem is not null) Apply(new(_state.Now, new TurnDecision.Warn(problem)));
        _state.Now = _state.Now.With(prompt);
    }

    private void Take(Step<Conversation, ConversationDecision> step)
    {
        var hasChanged = step.Next.HasChangedSince(_state.Now);
        Apply(step);
        if (hasChanged) Settle();
    }

    private void Apply(Step<Conversation, ConversationDecision> step)
    {
        _state.Now = step.Next;
        foreach (var decision in step.Decisions)
        {
            Write(_log, ConversationLog.Of(decision, _state.Now));
            if (_logsWords) Write(_log, ConversationLog.WordsOf(decision));
            foreach (var (to, message) in ConversationRoute.Of(decision))
                foreach (var station in At(to)) Tell(station, message);
        }
    }

    private ImmutableArray<IActorRef> At(TurnStation station) => _state.Stations.GetValueOrDefault(station, []);

    // Does what waits for a quiet period, and sets the timer for whatever is due next.
    private void Settle()
    {
        var now = Clock;
        Apply(_state.Now.Settle(now));
        (_state.Alarm, var wait) = _state.Alarm.For(now, _state.Now.NextDue(_state.Alarm.DoneTo));
        if (wait is { } time) Timers.StartSingleTimer(nameof(Due), Due.Signal, time);
    }

    private record struct State
    {
        public Conversation Now;
        public PromptReader Prompt;
        public ImmutableDictionary<TurnStation, ImmutableArray<IActorRef>> Stations; // that are known by now
        public Alarm Alarm;
    }

    private sealed record Due { public static readonly Due Signal = new(); }
}
