using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>
/// The only owner of out-of-band requests. <see cref="OutOfBandTracker"/> decides; this sends, reports and runs the timer.
/// </summary>
public sealed class OutOfBandActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeProvider _clock;
    private readonly QueueDepth? _transcriptions, _tasks;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that starts without a connection.</summary>
    public static Props Props(
        OutOfBandSettings settings, PriceList prices, string model, TimeProvider clock, QueueDepths? depths = null) =>
        Akka.Actor.Props.Create(() => new OutOfBandActor(settings, prices, model, clock, depths));

    /// <summary>Use <see cref="Props"/>.</summary>
    public OutOfBandActor(OutOfBandSettings settings, PriceList prices, string model, TimeProvider clock, QueueDepths? depths)
    {
        (_clock, _transcriptions, _tasks) = (clock, depths?.Add("OutOfBandTracker transcriptions"), depths?.Add("OutOfBandTracker tasks"));
        _state = _checkpoint = new State(
            new OutOfBandTracker(settings, prices, model), ActorRefs.Nobody, ImmutableDictionary<OutOfBandRequest, IActorRef>.Empty,
            Alarm: default);

        Receive<ConnectionFacts.Opened>(m =>
        {
            _state.Connection = Sender;
            _state.Tracker = _state.Tracker with { Model = m.Model ?? _state.Tracker.Model };
            Take(_state.Tracker.Opened(_clock.Now()));
        });
        Receive<ConnectionFacts.Received>(m =>
        {
            Write(_log, OutOfBandLog.Of(m.Event));
            Take(_state.Tracker.On(m.Event, _clock.Now()));
        });
        Receive<ConnectionFacts.RequestSent>(m => Take(_state.Tracker.Left(m.Request, _clock.Now())));
        Receive<ConnectionFacts.Lost>(_ => Take(_state.Tracker.Lost(_clock.Now())));
        Receive<ConnectionFacts.Ended>(_ => Take(_state.Tracker.Disconnected(_clock.Now())));
        Receive<OutOfBandMessages.Ask>(m =>
        {
            _state.Askers = _state.Askers.SetItem(m.Request, Sender);
            Take(_state.Tracker.Ask(m.Request, _clock.Now(), m.Again));
        });
        Receive<OutOfBandMessages.Limit>(m => Take(_state.Tracker.Limit(m.Context, _clock.Now())));
        Receive<OutOfBandMessages.Flush>(_ => Tell(Sender, new OutOfBandFacts.Flushed()));
        Receive<Due>(_ =>
        {
            var now = _clock.Now();
            _state.Alarm = Alarm.Fired(now);
            Take(_state.Tracker.OnTime(now));
            Arm();
        });
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint with { Alarm = default };

    /// <inheritdoc/>
    protected override bool NeedsReconnect => true;

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        // A transcript is requested again on the next connection; a task would wait forever.
        if (message is OutOfBandMessages.Ask { Request: { Task: not OutOfBandRequest.Transcription } request })
        {
            var failed = new OutOfBandResult(request, ResultStatus.Failed, null, null, "none", 0, null, 0m, "station_failed");
            Tell(Sender, new OutOfBandFacts.Answered(failed));
        }
        return message is not OutOfBandMessages.Limit;
    }

    private void Take(Step<OutOfBandTracker, OutOfBandDecision> step)
    {
        if (ReferenceEquals(step.Next, _state.Tracker) && step.Decisions.IsEmpty) return; // the next due time is unchanged
        _state.Tracker = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        _transcriptions?.Count = _state.Tracker.Waiting(tasks: false);
        _tasks?.Count = _state.Tracker.Waiting(tasks: true);
        Arm();
    }

    private void Do(OutOfBandDecision decision)
    {
        Write(_log, OutOfBandLog.Of(decision));
        switch (decision)
        {
            case OutOfBandDecision.Send send:
                Tell(_state.Connection, new ConnectionMessages.Send(send.Event));
                break;
            case OutOfBandDecision.Report { Result: var result }:
                if (!_state.Askers.TryGetValue(result.Request, out var asker)) break;
                Tell(asker, new OutOfBandFacts.Answered(result));
                // Only a timed-out result may be followed by a second one.
                if (result.Status != ResultStatus.TimedOut) _state.Askers = _state.Askers.Remove(result.Request);
                break;
        }
    }

    private void Arm()
    {
        var now = _clock.Now();
        (_state.Alarm, var wait) = _state.Alarm.For(now, _state.Tracker.NextDue(_state.Alarm.DoneTo));
        if (wait is { } time) Timers.StartSingleTimer(Due.Key, Due.Signal, time);
    }

    private record struct State(
        OutOfBandTracker Tracker, IActorRef Connection, ImmutableDictionary<OutOfBandRequest, IActorRef> Askers, Alarm Alarm);

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }
}
