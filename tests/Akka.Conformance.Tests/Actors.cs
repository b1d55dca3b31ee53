namespace Akka.Conformance.Tests;

/// <summary>Does what it is told by functions: the actor of tests that need no class of their own.</summary>
public sealed class Scripted : ReceiveActor
{
    public Scripted(Action<Handlers> script) => script(new Handlers(this));

    public static Props Props(Action<Handlers> script) => Akka.Actor.Props.Create(typeof(Scripted), script);

    /// <summary>The protected words of a ReceiveActor, for a script.</summary>
    public sealed class Handlers(Scripted actor)
    {
        public IActorRef Self => actor.Self;
        public IActorRef Sender => actor.Sender;
        public IUntypedActorContext Context => Scripted.Context;

        public void On<T>(Action<T> handler) => actor.Receive(handler);
        public void OnAsync<T>(Func<T, Task> handler) => actor.ReceiveAsync(handler);
        public void OnAny(Action<object> handler) => actor.ReceiveAny(handler);
        public void Become(Action configure) => actor.Become(configure);
        public void BecomeStacked(Action configure) => actor.BecomeStacked(configure);
        public void Unbecome() => actor.UnbecomeStacked();
    }
}

/// <summary>Tells a probe every step of its life, and fails or stops on demand.</summary>
public class Lifecycle : ReceiveActor
{
    private readonly IActorRef _probe;
    private readonly string _name;

    public Lifecycle(IActorRef probe, string name = "actor")
    {
        _probe = probe;
        _name = name;
        Report("ctor");
        Receive<Exception>(e => throw e);
        Receive<Props>(p => Sender.Tell(Context.ActorOf(p)));
        ReceiveAny(m => Report($"got {m}"));
    }

    public static Props Props(IActorRef probe, string name = "actor") => Akka.Actor.Props.Create(typeof(Lifecycle), probe, name);

    protected override void PreStart() => Report("PreStart");

    protected override void PostStop() => Report("PostStop");

    protected override void PreRestart(Exception reason, object? message)
    {
        Report($"PreRestart {Shown(message)}");
        base.PreRestart(reason, message!);
    }

    protected override void PostRestart(Exception reason)
    {
        Report($"PostRestart {reason.Message}");
        base.PostRestart(reason);
    }

    private void Report(string step) => _probe.Tell($"{_name}: {step}", Self);

    private static string Shown(object? message) => message is Exception e ? e.Message : message?.ToString() ?? "null";
}

/// <summary>Makes children and supervises them with a given strategy.</summary>
public sealed class Parent : ReceiveActor
{
    private readonly SupervisorStrategy _strategy;

    public Parent(SupervisorStrategy strategy)
    {
        _strategy = strategy;
        Receive<(Props Props, string Name)>(m => Sender.Tell(Context.ActorOf(m.Props, m.Name)));
        ReceiveAny(_ => { });
    }

    public static Props Props(SupervisorStrategy strategy) => Akka.Actor.Props.Create(typeof(Parent), strategy);

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;
}
