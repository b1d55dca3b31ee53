using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Gives mailboxes to threads. Throughput is how many messages one actor may take before it must make room.</summary>
public abstract class MessageDispatcher(string id, int throughput)
{
    public string Id { get; } = id;
    public int Throughput { get; } = throughput;

    internal abstract void Execute(IRunnable work);

    public void Schedule(Action run) => Execute(new ActionWork(run));

    /// <summary>The dispatcher for one more actor; only a pinned one is not shared.</summary>
    internal virtual MessageDispatcher ForActor() => this;

    /// <summary>One actor fewer.</summary>
    internal virtual void Release() { }

    /// <summary>The system has ended.</summary>
    internal virtual void Close() { }

    private sealed class ActionWork(Action run) : IRunnable
    {
        public void Run() => run();
        public void Execute() => run();
    }
}

/// <summary>The default: the threads of the .NET thread pool.</summary>
internal sealed class ThreadPoolDispatcher(string id, int throughput) : MessageDispatcher(id, throughput)
{
    internal override void Execute(IRunnable work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
}
