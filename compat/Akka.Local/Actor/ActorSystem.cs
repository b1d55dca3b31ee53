using System.Diagnostics.CodeAnalysis;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A world of actors: their tree, their threads, their clock and their dead letters.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    public abstract string Name { get; }
    public abstract Settings Settings { get; }
    public abstract EventStream EventStream { get; }
    public abstract IActorRef DeadLetters { get; }
    public abstract IScheduler Scheduler { get; }
    public abstract ILoggingAdapter Log { get; }
    public abstract Dispatchers Dispatchers { get; }
    public abstract Mailboxes Mailboxes { get; }
    public abstract Task WhenTerminated { get; }
    public DateTime StartTime { get; } = DateTime.UtcNow;
    public TimeSpan Uptime => DateTime.UtcNow - StartTime;

    public static ActorSystem Create(string name) => Create(name, ConfigurationFactory.Load());

    public static ActorSystem Create(string name, Config config) => Create(name, BootstrapSetup.Create().WithConfig(config));

    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        var system = new ActorSystemImpl(name, setup);
        system.Start();
        return system;
    }

    public abstract IActorRef ActorOf(Props props, string? name = null);
    public abstract ActorSelection ActorSelection(ActorPath actorPath);
    public abstract ActorSelection ActorSelection(string actorPath);
    public abstract void Stop(IActorRef actor);
    public abstract void RegisterOnTermination(Action code);

    /// <summary>Runs the phases of CoordinatedShutdown, whose last one ends the actors.</summary>
    public abstract Task Terminate();

    public abstract object RegisterExtension(IExtensionId extension);
    public abstract object GetExtension(IExtensionId extensionId);
    public abstract T GetExtension<T>() where T : class, IExtension;
    public abstract bool HasExtension(Type type);
    public abstract bool HasExtension<T>() where T : class, IExtension;
    public abstract bool TryGetExtension(Type extensionType, [NotNullWhen(true)] out object? extension);
    public abstract bool TryGetExtension<T>([NotNullWhen(true)] out T? extension) where T : class, IExtension;

    public void Dispose()
    {
        Terminate().Wait();
        GC.SuppressFinalize(this);
    }

    public override string ToString() => $"akka://{Name}";
}

/// <summary>What extensions may use beyond the rest.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    public abstract IActorRefProvider Provider { get; }
    public abstract IInternalActorRef Guardian { get; }
    public abstract IInternalActorRef SystemGuardian { get; }
    public abstract IActorRef SystemActorOf(Props props, string? name = null);
    public abstract IActorRef SystemActorOf<TActor>(string? name = null) where TActor : ActorBase, new();
}
