using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// One record per user item. <see cref="TurnJoin"/> joins the transcripts, <see cref="AnswerDesk"/> follows the answers; this
/// carries out what they decide and keeps the time.
/// </summary>
public sealed class TurnCoordinatorActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(5);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TurnSettings _settings;
    private readonly TimeProvider _clock;
    private readonly IActorRef _playback;
    private readonly IActorRef _outOfBand;
    private readonly IActorRef _ledger;
    private readonly IActorRef _sinks;
    private readonly List<IActorRef> _listeners = [];
    private IActorRef _connection = ActorRefs.Nobody;
    private IActorRef _tools = ActorRefs.Nobody;
    private TurnJoin _join;
    private AnswerDesk _answers;
    private ConversationHistory _history = new();
    private readonly Func<ItemId, TurnNumber?> _numberOf;
    private IActorRef _microphone = ActorRefs.Nobody;
    private IActorRef _wantsPause = ActorRefs.Nobody;
    private SoundNeed _need;
    private long _seeds;
    private TimeSpan _lastEvent;
    private TimeSpan _alarm = TimeSpan.MaxValue;
    private long _spokenTo;
    private (TimeSpan Since, IActorRef AskedBy)? _drain;

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
        _join = new TurnJoin(settings, facts.Id.Value, prices);
        _answers = new AnswerDesk(facts.Id.Value, facts.Model, prices);
        _numberOf = item => _join.NumberOf(item);

        Receive<ConnectionFacts.Opened>(_ => Begin(Sender));
        Receive<TurnMessages.SoundStarts>(m => Resume(m.AtMs, Sender));
        Receive<TurnMessages.SoundEnded>(m => _spokenTo = m.SpokenToMs);
        Receive<TurnMessages.Committing>(m => _join = _join.Committing(m.AtMs));
        Receive<TurnMessages.Attach>(m =>
        {
            _listeners.Add(Sender);
            if (m.Tools) _tools = Sender;
        });
        Receive<ToolMessages.Returned>(m => Take(_answers.Returned(m.CallId, m.Output)));
        Receive<ConnectionFacts.Mark>(m => Sender.Tell(new ConnectionMessages.Handled(m.Sequence)));
        Receive<ConnectionFacts.Received>(m => Hear(m.Event));
        Receive<ConnectionFacts.Loudness>(m => _join = _join.Heard(m.Item, m.Loudest));
        Receive<OutOfBandFacts.Answered>(m => Take(_join.On(m.Result, _clock.Now())));
        Receive<PlaybackFacts.Ended>(m => Take(_answers.Played(m.Response, m.Item, m.Heard, m.HeardInAll)));
        Receive<Due>(_ =>
        {
            _alarm = TimeSpan.MaxValue;
            Take(_join.OnTime(_clock.Now()));
            Take(_answers.OnTime(_clock.Now()));
            Arm();
        });
        Receive<ConnectionFacts.Lost>(_ =>
        {
            (_connection, _wantsPause) = (ActorRefs.Nobody, ActorRefs.Nobody);
            _join = _join.Hold();
            Take(_answers.Disconnected(_clock.Now()));
        });
        Receive<ConnectionFacts.Ended>(_ =>
        {
            (_connection, _wantsPause) = (ActorRefs.Nobody, ActorRefs.Nobody);
            Take(_join.Disconnected());
            Take(_answers.Disconnected(_clock.Now()));
        });
        Receive<TurnMessages.AwaitPause>(_ =>
        {
            _wantsPause = Sender;
            Pause();
        });
        Receive<Paused>(_ => Pause());
        Receive<TurnMessages.Drain>(_ =>
        {
            // Who asks again, as the session does when the connection is lost, does not put the deadline off.
            _drain = (_drain?.Since ?? _clock.Now(), Sender);
            Settle();
        });
        Receive<Settled>(_ => Settle());
    }

    // A new conversation is empty: it is told what was said, and only then hears what is being said.
    private void Begin(IActorRef connection)
    {
        _connection = connection;
        foreach (var item in _history.Items) _connection.Tell(new ConnectionMessages.Send(new CreateItem(item) { EventId = EventId.Of($"turn_seed_{++_seeds}") }));
        _connection.Tell(new ConnectionMessages.StartSound());
    }

    private void Resume(long atMs, IActorRef microphone)
    {
        _microphone = microphone;
        var midway = _join.IsMidway;
        _lastEvent = _clock.Now();
        Take(_join.Resume(atMs));
        // A turn that is heard again is answered again.
        if (!midway) Take(_answers.Resume(_join.Newest));
    }

    private void Hear(ServerEvent e)
    {
        var now = _clock.Now();
        _lastEvent = now;
        if (e is InputCommitted) ReadPrompt();
        switch (e)
        {
            case SpeechStarted:
                _sinks.Tell(new SinkMessages.Write(new Activity(ActivityKind.SpeechStarted)));
                break;
            case SpeechStopped:
                _sinks.Tell(new SinkMessages.Write(new Activity(ActivityKind.SpeechStopped)));
                break;
            case InputCommitted committed when _settings.ManualAnswers && _join.NumberOf(committed.ItemId) is null:
                Take(_answers.Want());
                break;
            case ServerError { Error: var error }:
                _log.Debug("A request of ours came to nothing: {Reason}", error.Reason);
                break;
        }
        Take(_join.On(e, now));
        Take(_answers.On(e, _join.Newest, _numberOf, now));
    }

    // An edited prompt holds from this turn on.
    private void ReadPrompt()
    {
        if (_settings.PromptSource?.Read() is not var (prompt, problem)) return;
        if (problem is not null) _sinks.Tell(new SinkMessages.Write(problem));
        if (prompt != _join.Settings.TranscriptionPrompt) _join = _join with { Settings = _join.Settings with { TranscriptionPrompt = prompt } };
    }

    private void Take(TurnJoin.Step step)
    {
        // Most events are of no interest to the join, and then nothing is due at another time.
        if (ReferenceEquals(step.Next, _join) && step.Decisions.IsEmpty) return;
        _join = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        if (_join.Need is var need && need != _need)
        {
            _need = need;
            _microphone.Tell(new MicMessages.Release(need.BeforeMs, need.Quiet));
        }
        Taken();
    }

    private void Take(AnswerDesk.Step step)
    {
        // Sound that is only passed on changes nothing.
        var changes = !ReferenceEquals(step.Next, _answers);
        _answers = step.Next;
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
        if (_wantsPause.IsNobody() || _join.OpenTurns > 0 || _join.IsSpeaking || !_answers.IsIdle) return;
        if (_lastEvent + _settings.Settle - _clock.Now() is { Ticks: > 0 } wait)
        {
            Timers.StartSingleTimer(Paused.Key, Paused.Signal, wait); // the answer may be about to begin
            return;
        }
        _wantsPause.Tell(new SocketMessages.Reopen("the session is renewed before the server's time limit ends it"));
        _wantsPause = ActorRefs.Nobody;
    }

    private void Do(TurnDecision decision)
    {
        switch (decision)
        {
            case TurnDecision.Transcribe { Request: var request, Again: var again }:
                if (again) _log.Warning("Turn {Turn}: the transcript of {Item} looks made up and is asked for again", request.Turn.Value, request.Item);
                else _log.Debug("Turn {Turn} is open for {Item}", request.Turn.Value, request.Item);
                _outOfBand.Tell(new OutOfBandMessages.Ask(request, again));
                break;
            case TurnDecision.Emit { Record: var turn }:
                _log.Info("Turn {Turn} is joined for {Item}: out of band {Status}, ASR {AsrStatus}", turn.Turn, turn.ItemId, turn.Oob.Status, turn.Asr.Status);
                _history = _history.With(turn);
                Tell(turn);
                Context.Parent.Tell(new SessionMessages.TurnsJoined(turn.Turn));
                break;
            case TurnDecision.Amend { Record: var turn }:
                _log.Warning("Turn {Turn} is amended for {Item}: a transcript came late", turn.Turn, turn.ItemId);
                _history = _history.With(turn);
                Tell(turn);
                break;
        }
    }

    private void Tell(TurnRecord turn)
    {
        Tell((SessionRecord)turn);
        foreach (var listener in _listeners) listener.Tell(new TurnFacts.Told(turn));
    }

    private void Do(AnswerDecision decision)
    {
        switch (decision)
        {
            case AnswerDecision.Play { Sound: var sound }:
                _playback.Tell(new PlaybackMessages.Play(sound.ResponseId, sound.ItemId, sound.Delta) { Loan = sound.Loan });
                break;
            case AnswerDecision.Finish finish:
                _playback.Tell(new PlaybackMessages.Finish(finish.Response));
                break;
            case AnswerDecision.Silence silence:
                _playback.Tell(new PlaybackMessages.Stop(silence.Response));
                break;
            case AnswerDecision.Send send:
                _connection.Tell(new ConnectionMessages.Send(send.Event));
                break;
            case AnswerDecision.Call { Order: var call }:
                if (_tools.IsNobody()) Take(_answers.Returned(call.CallId, """{"error":"there is no such function"}"""));
                else _tools.Tell(call);
                break;
            case AnswerDecision.Emit { Record: var answer }:
                _log.Info("Answer {Response} to turn {Turn} is {Status}, {Milliseconds} ms heard", answer.ResponseId, answer.Turn ?? 0, answer.Status, answer.HeardMs);
                _history = _history.With(answer);
                Tell(answer);
                break;
        }
    }

    private void Tell(SessionRecord record)
    {
        _ledger.Tell(new LedgerMessages.Told(record));
        _sinks.Tell(new SinkMessages.Write(record));
    }

    // What we heard ourselves and the server has not spoken of may be the last turn, on a server or a line that is slow today.
    private TimeSpan Quiet => _join.HeardTo < _spokenTo && _settings.Settle < Unheard ? Unheard : _settings.Settle;

    // Drained is: nothing open, and nothing new for a while, since the server may be about to speak. Never later than the deadline.
    private void Settle()
    {
        if (_drain is not var (since, askedBy)) return;

        var now = _clock.Now();
        var quietAt = _connection.IsNobody() && !_join.IsSpeaking ? now : (since > _lastEvent ? since : _lastEvent) + Quiet;
        var idle = _join.OpenTurns == 0 && !_join.IsSpeaking && _answers.IsIdle;
        var deadline = since + _settings.Drain;
        if ((idle && now >= quietAt) || now >= deadline)
        {
            _drain = null;
            Timers.Cancel(Settled.Key);
            askedBy.Tell(new SessionMessages.Drained(_join.OpenTurns));
            return;
        }
        var next = idle && quietAt < deadline ? quietAt : deadline;
        Timers.StartSingleTimer(Settled.Key, Settled.Signal, next - now);
    }

    // A timer that rings too early finds nothing to do; setting it anew with every event would cost more.
    private void Arm()
    {
        var now = _clock.Now();
        if (Earliest(_join.NextDue(now), _answers.NextDue(now)) is not { } due || due >= _alarm) return;
        _alarm = due;
        Timers.StartSingleTimer(Due.Key, Due.Signal, due - now);
    }

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one < other || other is null ? one : other;

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
