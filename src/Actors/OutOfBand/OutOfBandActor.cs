using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>The only owner of out-of-band requests; <see cref="OutOfBandDesk"/> decides, this sends, reports and keeps the time.</summary>
public sealed class OutOfBandActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<OutOfBandRequest, IActorRef> _askers = [];
    private readonly TimeProvider _clock;
    private OutOfBandDesk _desk;
    private IActorRef _connection = ActorRefs.Nobody;
    private TimeSpan _alarm = TimeSpan.MaxValue;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that starts without a connection.</summary>
    public static Props Props(OutOfBandSettings settings, PriceList prices, string model, TimeProvider clock) =>
        Akka.Actor.Props.Create(() => new OutOfBandActor(settings, prices, model, clock));

    /// <summary>Use <see cref="Props"/>.</summary>
    public OutOfBandActor(OutOfBandSettings settings, PriceList prices, string model, TimeProvider clock)
    {
        _clock = clock;
        _desk = new OutOfBandDesk(settings, prices, model);

        Receive<ConnectionFacts.Opened>(_ =>
        {
            _connection = Sender;
            Take(_desk.Opened(_clock.Now()));
        });
        Receive<ConnectionFacts.Received>(m => Take(_desk.On(m.Event, _clock.Now())));
        Receive<ConnectionFacts.Left>(m => Take(_desk.Left(m.Request, _clock.Now())));
        Receive<ConnectionFacts.Mark>(m => Sender.Tell(new ConnectionMessages.Handled(m.Sequence)));
        Receive<ConnectionFacts.Lost>(_ => Take(_desk.Lost(_clock.Now())));
        Receive<ConnectionFacts.Ended>(_ => Take(_desk.Disconnected(_clock.Now())));
        Receive<OutOfBandMessages.Ask>(m =>
        {
            _askers[m.Request] = Sender;
            Take(_desk.Ask(m.Request, _clock.Now(), m.Again));
        });
        Receive<OutOfBandMessages.Limit>(m => Take(_desk.Limit(m.Context, _clock.Now())));
        Receive<Due>(_ =>
        {
            _alarm = TimeSpan.MaxValue;
            Take(_desk.OnTime(_clock.Now()));
            Arm();
        });
    }

    private void Take(OutOfBandDesk.Step step)
    {
        if (ReferenceEquals(step.Next, _desk) && step.Decisions.IsEmpty) return; // and nothing is due at another time
        _desk = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        Arm();
    }

    private void Do(OutOfBandDecision decision)
    {
        switch (decision)
        {
            case OutOfBandDecision.Send send:
                _log.Debug("Sends {Event}", send.Event.EventId);
                _connection.Tell(new ConnectionMessages.Send(send.Event));
                break;
            case OutOfBandDecision.Report { Result: var result }:
                _log.Debug("Turn {Turn}: {Task} is {Status} for {Item}", result.Request.Turn.Value, result.Request.Task, result.Status, result.Request.Item);
                if (!_askers.TryGetValue(result.Request, out var asker)) break;
                asker.Tell(new OutOfBandFacts.Answered(result));
                // Only "nothing came" may be followed by a second result.
                if (result.Status != ResultStatus.TimedOut) _askers.Remove(result.Request);
                break;
            case OutOfBandDecision.Retry retry:
                _log.Warning("Turn {Turn}: {Task} for {Item} is asked again: {Reason}", retry.Request.Turn.Value, retry.Request.Task, retry.Request.Item, retry.Reason);
                break;
        }
    }

    // A timer that rings too early finds nothing to do; setting it anew with every event would cost more.
    private void Arm()
    {
        var now = _clock.Now();
        if (_desk.NextDue(now) is not { } due || due >= _alarm) return;
        _alarm = due;
        Timers.StartSingleTimer(Due.Key, Due.Signal, due - now);
    }

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }
}
