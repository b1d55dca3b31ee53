using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Tools;

/// <summary>
/// Runs the functions the spoken agent calls. <see cref="ToolCallTracker"/> decides; this delivers, reports and runs the timer.
/// </summary>
public sealed class ToolsActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _deliveries = [];
    private readonly TimeProvider _clock;
    private readonly IActorRef _turns;
    private readonly IActorRef _sinks;
    private readonly QueueDepth? _waiting;
    private ToolCallTracker _tracker, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that attaches to the turns.</summary>
    public static Props Props(
        ToolsSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef sinks, QueueDepths? depths = null) =>
        Akka.Actor.Props.Create(() => new ToolsActor(settings, facts, clock, turns, sinks, depths));

    /// <summary>Use <see cref="Props"/>.</summary>
    public ToolsActor(
        ToolsSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef sinks, QueueDepths? depths)
    {
        (_clock, _turns, _sinks, _waiting) = (clock, turns, sinks, depths?.Add(nameof(ToolCallTracker)));
        _tracker = _checkpoint = new ToolCallTracker(settings, facts.Id.Value);
        foreach (var tool in settings.Tools)
            _deliveries[tool.Name] = Context.ActorOf(DeliveryActor.Props(tool.Action, clock), $"tool-{tool.Name}");

        Receive<ToolMessages.Call>(m =>
        {
            _log.Info("The model calls {Task} in turn {Turn}", m.Name, m.Turn?.Value ?? 0);
            Take(_tracker.On(m, _clock.Now()));
        });
        Receive<TurnFacts.Published>(m => Take(_tracker.On(m.Turn)));
        Receive<ActionMessages.Done>(m => Take(_tracker.On(m)));
        Receive<Due>(_ => Take(_tracker.OnTime(_clock.Now())));

        if (settings.Tools.Count > 0) turns.Tell(new TurnMessages.Attach(Tools: true));
    }

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        _checkpoint = _tracker;
        _waiting?.Count = _tracker.Waits;
    }

    /// <inheritdoc/>
    protected override void Rollback() => _tracker = _checkpoint;

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        if (message is not ToolMessages.Call call) return false;
        Take(_tracker.Refused(call, "the call could not be carried out")); // the model waits for it
        return true;
    }

    private void Take(Step<ToolCallTracker, ToolDecision> step)
    {
        _tracker = step.Next;
        foreach (var decision in step.Decisions)
        {
            switch (decision)
            {
                case ToolDecision.Run run:
                    Tell(_deliveries[run.Tool.Name], run.Delivery);
                    break;
                case ToolDecision.Return { Answer: var answer, Record: var record }:
                    _log.Info("The call of {Task} is {Status}", record.Tool, record.Status);
                    Tell(_sinks, new SinkMessages.Write(record));
                    Tell(_turns, answer);
                    break;
            }
        }
        if (_tracker.NextDue is { } due) Timers.StartSingleTimer(Due.Key, Due.Signal, _clock.Until(due));
        else Timers.Cancel(Due.Key);
    }

    /// <summary>The failure of a delivery counts as a failure of this station.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }
}
