using System.Threading.Channels;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The actor behind a test or probe: it puts what it gets into a queue the test reads.</summary>
internal sealed class TestActor(ChannelWriter<MessageEnvelope> queue) : UntypedActor
{
    private readonly Dictionary<IActorRef, SupervisorStrategy> _strategies = [];
    private Func<object, bool>? _ignore;
    private AutoPilot? _autoPilot;

    protected override SupervisorStrategy SupervisorStrategy() => new ByChild(_strategies);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SetIgnore m:
                _ignore = m.Ignore;
                return;
            case SetAutoPilot m:
                _autoPilot = m.AutoPilot;
                return;
            case WatchOrder m:
                Context.Watch(m.Actor);
                Sender.Tell(m);
                return;
            case UnwatchOrder m:
                Context.Unwatch(m.Actor);
                Sender.Tell(m);
                return;
            case Spawn m:
                var child = Context.ActorOf(m.Props, m.Name);
                if (m.Strategy is not null)
                    _strategies[child] = m.Strategy;
                queue.TryWrite(new MessageEnvelope(child, Self));
                return;
        }
        if (_autoPilot?.Run(Sender, message) is { } next and not KeepRunning)
            _autoPilot = next;
        if (_ignore?.Invoke(message) != true)
            queue.TryWrite(new MessageEnvelope(message, Sender));
    }

    public sealed record SetIgnore(Func<object, bool>? Ignore) : INoSerializationVerificationNeeded;

    public sealed record SetAutoPilot(AutoPilot AutoPilot) : INoSerializationVerificationNeeded;

    public sealed record WatchOrder(IActorRef Actor) : INoSerializationVerificationNeeded;

    public sealed record UnwatchOrder(IActorRef Actor) : INoSerializationVerificationNeeded;

    public sealed record Spawn(Props Props, string? Name, SupervisorStrategy? Strategy) : INoSerializationVerificationNeeded;

    private sealed class ByChild(Dictionary<IActorRef, SupervisorStrategy> strategies) : OneForOneStrategy
    (-1, -1, DefaultDecider)
    {
        public override void ProcessFailure(IActorContext context, bool restart, IActorRef child, Exception cause, Actor.Internal.ChildRestartStats stats, IReadOnlyCollection<Actor.Internal.ChildRestartStats> children)
        {
            if (strategies.TryGetValue(child, out var own))
                own.ProcessFailure(context, restart, child, cause, stats, children);
            else
                base.ProcessFailure(context, restart, child, cause, stats, children);
        }

        protected override Directive Handle(IActorRef child, Exception exception) =>
            (strategies.TryGetValue(child, out var own) ? own.Decider : DefaultDecider).Decide(exception);
    }
}
