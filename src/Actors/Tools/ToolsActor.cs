using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Tools;

/// <summary>Carries out what the spoken agent calls; <see cref="ToolDesk"/> decides, this delivers, reports and keeps the time.</summary>
public sealed class ToolsActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _deliveries = [];
    private readonly TimeProvider _clock;
    private readonly IActorRef _turns;
    private readonly IActorRef _sinks;
    private ToolDesk _desk;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that introduces itself to the turns.</summary>
    public static Props Props(ToolsSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef sinks) =>
        Akka.Actor.Props.Create(() => new ToolsActor(settings, facts, clock, turns, sinks));

    /// <summary>Use <see cref="Props"/>.</summary>
    public ToolsActor(ToolsSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef sinks)
    {
        (_clock, _turns, _sinks) = (clock, turns, sinks);
        _desk = new ToolDesk(settings, facts.Id.Value);
        foreach (var tool in settings.Tools) _deliveries[tool.Name] = Context.ActorOf(DeliveryActor.Props(tool.Action, clock), $"tool-{tool.Name}");

        Receive<ToolMessages.Call>(m =>
        {
            _log.Info("The model calls {Task} in turn {Turn}", m.Name, m.Turn?.Value ?? 0);
            Take(_desk.On(m, _clock.Now()));
        });
        Receive<TurnFacts.Told>(m => Take(_desk.On(m.Turn)));
        Receive<ActionMessages.Done>(m => Take(_desk.On(m)));
        Receive<Due>(_ => Take(_desk.OnTime(_clock.Now())));

        if (settings.Tools.Count > 0) turns.Tell(new TurnMessages.Attach(Tools: true));
    }

    private void Take(ToolDesk.Step step)
    {
        _desk = step.Next;
        foreach (var decision in step.Decisions)
        {
            switch (decision)
            {
                case ToolDecision.Run run:
                    _deliveries[run.Tool.Name].Tell(run.Delivery);
                    break;
                case ToolDecision.Return { Answer: var answer, Record: var record }:
                    _log.Info("The call of {Task} is {Status}", record.Tool, record.Status);
                    _sinks.Tell(new SinkMessages.Write(record));
                    _turns.Tell(answer);
                    break;
            }
        }
        if (_desk.NextDue is { } due) Timers.StartSingleTimer(Due.Key, Due.Signal, due > _clock.Now() ? due - _clock.Now() : TimeSpan.Zero);
        else Timers.Cancel(Due.Key);
    }

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }
}
