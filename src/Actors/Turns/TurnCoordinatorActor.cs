using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// One record per user item. <see cref="TurnJoin"/> joins the transcripts, <see cref="AnswerTracker"/> tracks the answers; this
/// actor carries out their decisions and runs the timers.
/// </summary>
public sealed class TurnCoordinatorActor : StationActor, IWithTimers
{
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(5);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TurnSettings _settings;
    private readonly TimeProvider _clock;
    private readonly IActorRef _playback;
    private readonly IActorRef _outOfBand;
    private readonly IActorRef _ledger;
    private readonly IActorRef _sinks;
    private readonly Func<ItemId, TurnNumber?> _numberOf;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that starts without a connection.</summary>
    public static Props Props(
        TurnSettings settings, SessionFacts facts, PriceList prices, TimeProvider clock, IActorRef playback, IActorRef outOfBand, IActorRef ledger, IActorRef sinks) =>
        Akka.Actor.Props.Create(() => new TurnCoordinatorActor(settings, facts, prices, clock, playback, outOfBand, ledger, sinks));

    /// <summary>Use <see cref="Props"/>.</summary>
    public TurnCoordinatorActor(
        TurnSettings settings, SessionFacts facts, PriceList prices, TimeProvider clock, IActorRef playback, IActorRef outOfBand, IActorRef ledger, IActorRef sinks)
    {
        (_settings, _clock, _playback, _outOfBand, _ledger, _sinks) = (settings, clock, playback, outOfBand, ledger, sinks);
        _state = _checkpoint = new State
        {
            Join = new TurnJoin(settings, facts.Id.Value, prices), Answers = new AnswerTracker(facts.Id.Value, facts.Model, prices), History = new(), Alarm = TimeSpan.MaxValue,
            Connection = ActorRefs.Nobody, Microphone = ActorRefs.Nobody, Tools = ActorRefs.Nobody, WantsPause = ActorRefs.Nobody, Listeners = [],
        };
        _numberOf = item => _state.Join.NumberOf(item);

        Receive<ConnectionFacts.Opened>(_ => Begin(Sender));
        Receive<TurnMessages.AudioOffset>(m => Resume(m.AtMs, Sender));
        Receive<TurnMessages.AudioEnded>(m => _state.SpokenTo = m.SpokenToMs);
        Receive<TurnMessages.ManualCommit>(m => _state.Join = _state.Join.ManualCommit(m.AtMs));
        Receive<TurnMessages.Attach>(m =>
        {
            _state.Listeners = _state.Listeners.Add(Sender);
            if (m.Tools) _state.Tools = Sender;
        });
        Receive<ToolMessages.Returned>(m => Take(_state.Answers.Returned(m.CallId, m.Output)));
        Receive<ConnectionFacts.Mark>(m => Tell(Sender, new ConnectionMessages.Handled(m.Sequence)));
        Receive<ConnectionFacts.Received>(m => Hear(m.Event));
        Receive<ConnectionFacts.Loudness>(m => _state.Join = _state.Join.Heard(m.Item, m.Loudest));
        Receive<OutOfBandFacts.Answered>(m => Take(_state.Join.On(m.Result, _clock.Now())));
        Receive<PlaybackFacts.Ended>(m => Take(_state.Answers.Played(m.Response, m.Item, m.Heard, m.HeardInAll)));
        Receive<Due>(_ =>
        {
            _state.Alarm = TimeSpan.MaxValue;
            Take(_state.Join.OnTime(_clock.Now()));
            Take(_state.Answers.OnTime(_clock.Now()));
            Arm();
        });
        Receive<ConnectionFacts.Lost>(_ =>
        {
            (_state.Connection, _state.WantsPause) = (ActorRefs.Nobody, ActorRefs.Nobody);
            _state.Join = _state.Join.Suspend();
            Take(_state.Answers.Disconnected(_clock.Now()));
        });
        Receive<ConnectionFacts.Ended>(_ =>
        {
            (_state.Connection, _state.WantsPause) = (ActorRefs.Nobody, ActorRefs.Nobody);
            Take(_state.Join.Disconnected());
            Take(_state.Answers.Disconnected(_clock.Now()));
        });
        Receive<TurnMessages.AwaitPause>(_ =>
        {
            _state.WantsPause = Sender;
            Pause();
        });
        Receive<Paused>(_ => Pause());
        Receive<TurnMessages.Drain>(_ =>
        {
            // A repeated Drain, which the session sends when the connection is lost, does not extend the deadline.
            _state.Drain = (_state.Drain?.Since ?? _clock.Now(), Sender);
            Settle();
        });
        Receive<Settled>(_ => Settle());
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint with { Alarm = TimeSpan.MaxValue };

    /// <inheritdoc/>
    protected override bool GiveUp(object message) => message is not (TurnMessages.Attach or PlaybackFacts.Ended);

    // A new conversation is empty: it is seeded with the history before the audio starts.
    private void Begin(IActorRef connection)
    {
        _state.Connection = connection;
        foreach (var item in _state.History.Items) Tell(_state.Connection, new ConnectionMessages.Send(new CreateItem(item) { EventId = EventId.Of($"turn_seed_{++_state.Seeds}") }));
        Tell(_state.Connection, new ConnectionMessages.StartAudio());
    }

    private void Resume(long atMs, IActorRef microphone)
    {
        _state.Microphone = microphone;
        var midway = _state.Join.IsMidway;
        _state.LastEvent = _clock.Now();
        Take(_state.Join.Resume(atMs));
        // A turn that is replayed is answered again by the server.
        if (!midway) Take(_state.Answers.Resume(_state.Join.Newest));
    }

    private void Hear(ServerEvent e)
    {
        var now = _clock.Now();
        _state.LastEvent = now;
        if (e is InputCommitted) ReadPrompt();
        switch (e)
        {
            case SpeechStarted:
                Tell(_sinks, new SinkMessages.Write(new Activity(ActivityKind.SpeechStarted)));
                break;
            case SpeechStopped:
                Tell(_sinks, new SinkMessages.Write(new Activity(ActivityKind.SpeechStopped)));
                break;
            case InputCommitted committed when _settings.ManualAnswers && _state.Join.NumberOf(committed.ItemId) is null:
                Take(_state.Answers.Want());
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
        if (_settings.PromptSource?.Read() is not var (prompt, problem)) return;
        if (problem is not null && problem != _state.Problem) Tell(_sinks, new SinkMessages.Write(problem));
        _state.Problem = problem;
        if (prompt != _state.Join.Settings.TranscriptionPrompt) _state.Join = _state.Join with { Settings = _state.Join.Settings with { TranscriptionPrompt = prompt } };
    }

    private void Take(TurnJoin.Step step)
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
        Taken();
    }

    private void Take(AnswerTracker.Step step)
    {
        // Audio that is only passed on changes nothing.
        var changes = !ReferenceEquals(step.Next, _state.Answers);
        _state.Answers = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        if (changes) Taken();
    }

    private void Taken()
    {
        Arm();
        Pause();
        Settle();
    }

    private void Pause()
    {
        if (_state.WantsPause.IsNobody() || _state.Join.OpenTurns > 0 || _state.Join.IsSpeaking || !_state.Answers.IsIdle) return;
        if (_state.LastEvent + _settings.Settle - _clock.Now() is { Ticks: > 0 } wait)
        {
            Timers.StartSingleTimer(Paused.Key, Paused.Signal, wait); // an answer may be about to begin
            return;
        }
        Tell(_state.WantsPause, new SocketMessages.Reopen("the session is renewed before the server's time limit ends it"));
        _state.WantsPause = ActorRefs.Nobody;
    }

    private void Do(TurnDecision decision)
    {
        switch (decision)
        {
            case TurnDecision.Transcribe { Request: var request, Again: var again }:
                if (again) _log.Warning("Turn {Turn}: the transcript of {Item} looks made up and is asked for again", request.Turn.Value, request.Item);
                else _log.Debug("Turn {Turn} is open for {Item}", request.Turn.Value, request.Item);
                Tell(_outOfBand, new OutOfBandMessages.Ask(request, again));
                break;
            case TurnDecision.Publish { Record: var turn }:
                _log.Info("Turn {Turn} is joined for {Item}: out of band {Status}, ASR {AsrStatus}", turn.Turn, turn.ItemId, turn.Oob.Status, turn.Asr.Status);
                _state.History = _state.History.With(turn);
                Publish(turn);
                Tell(Context.Parent, new SessionMessages.TurnsJoined(turn.Turn));
                break;
            case TurnDecision.Amend { Record: var turn }:
                _log.Warning("Turn {Turn} is amended for {Item}: a transcript came late", turn.Turn, turn.ItemId);
                _state.History = _state.History.With(turn);
                Publish(turn);
                break;
        }
    }

    private void Publish(TurnRecord turn)
    {
        Publish((SessionRecord)turn);
        foreach (var listener in _state.Listeners) Tell(listener, new TurnFacts.Published(turn));
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
            case AnswerDecision.StopPlayback silence:
                Tell(_playback, new PlaybackMessages.Stop(silence.Response));
                break;
            case AnswerDecision.Send send:
                Tell(_state.Connection, new ConnectionMessages.Send(send.Event));
                break;
            case AnswerDecision.Call { Order: var call }:
                if (_state.Tools.IsNobody()) Take(_state.Answers.Returned(call.CallId, """{"error":"there is no such function"}"""));
                else Tell(_state.Tools, call);
                break;
            case AnswerDecision.Publish { Record: var answer }:
                _log.Info("Answer {Response} to turn {Turn} is {Status}, {Milliseconds} ms heard", answer.ResponseId, answer.Turn ?? 0, answer.Status, answer.HeardMs);
                _state.History = _state.History.With(answer);
                Publish(answer);
                break;
        }
    }

    private void Publish(SessionRecord record)
    {
        Tell(_ledger, new LedgerMessages.Published(record));
        Tell(_sinks, new SinkMessages.Write(record));
    }

    // Speech that we measured and the server has not reported may be the last turn, if the server or the connection is slow.
    private TimeSpan Quiet => _state.Join.HeardTo < _state.SpokenTo && _settings.Settle < Unheard ? Unheard : _settings.Settle;

    // Drained: nothing is open, and no event for a while, since the server may be about to speak. At the deadline in any case.
    private void Settle()
    {
        if (_state.Drain is not var (since, askedBy)) return;

        var now = _clock.Now();
        var quietAt = _state.Connection.IsNobody() && !_state.Join.IsSpeaking ? now : (since > _state.LastEvent ? since : _state.LastEvent) + Quiet;
        var idle = _state.Join.OpenTurns == 0 && !_state.Join.IsSpeaking && _state.Answers.IsIdle;
        var deadline = since + _settings.Drain;
        if ((idle && now >= quietAt) || now >= deadline)
        {
            _state.Drain = null;
            Timers.Cancel(Settled.Key);
            Tell(askedBy, new SessionMessages.Drained(_state.Join.OpenTurns));
            return;
        }
        var next = idle && quietAt < deadline ? quietAt : deadline;
        Timers.StartSingleTimer(Settled.Key, Settled.Signal, next - now);
    }

    // A timer that fires too early finds nothing to do; restarting it on every event would cost more.
    private void Arm()
    {
        var now = _clock.Now();
        if (Earliest(_state.Join.NextDue(now), _state.Answers.NextDue(now)) is not { } due || due >= _state.Alarm) return;
        _state.Alarm = due;
        Timers.StartSingleTimer(Due.Key, Due.Signal, due - now);
    }

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one < other || other is null ? one : other;

    private record struct State
    {
        public TurnJoin Join;
        public AnswerTracker Answers;
        public ConversationHistory History;
        public IActorRef Connection, Microphone, Tools, WantsPause;
        public ImmutableArray<IActorRef> Listeners;
        public AudioRetention Need; // as last sent to the microphone
        public long Seeds, SpokenTo;
        public TimeSpan LastEvent, Alarm;
        public (TimeSpan Since, IActorRef AskedBy)? Drain;
        public Notice? Problem; // of the prompt, as last published
    }

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }

    private sealed record Paused
    {
        public const string Key = "paused";
        public static readonly Paused Signal = new();
    }

    private sealed record Settled
    {
        public const string Key = "settled";
        public static readonly Settled Signal = new();
    }
}
