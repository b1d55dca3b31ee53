using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>Something to run, once.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    void Run();
}

/// <summary>Runs what a dispatcher of type <c>Dispatcher</c> gives it, on whatever thread it likes.</summary>
public abstract class ExecutorService(string id)
{
    public string Id { get; } = id;

    public abstract void Execute(IRunnable run);

    public abstract void Shutdown();
}

public abstract class ExecutorServiceFactory
{
    public abstract ExecutorService Produce(string id);
}

/// <summary>Named as <c>executor</c> in a dispatcher's configuration; made with these two arguments.</summary>
public abstract class ExecutorServiceConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceFactory
{
    public Config Config { get; } = config;
    public IDispatcherPrerequisites Prerequisites { get; } = prerequisites;
}

/// <summary>What of the system an executor may use.</summary>
public interface IDispatcherPrerequisites
{
    EventStream EventStream { get; }
}

/// <summary>A dispatcher whose threads are somebody else's business.</summary>
internal sealed class ExecutorDispatcher(string id, int throughput, ExecutorService executor) : MessageDispatcher(id, throughput)
{
    internal override void Execute(IRunnable work) => executor.Execute(work);

    internal override void Close() => executor.Shutdown();
}
