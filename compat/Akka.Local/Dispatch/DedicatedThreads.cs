using System.Collections.Concurrent;

namespace Akka.Dispatch;

/// <summary>A dispatcher with threads of its own, for actors that block.</summary>
internal sealed class ForkJoinDispatcher : MessageDispatcher
{
    private readonly BlockingCollection<IThreadPoolWorkItem> _work = [];

    public ForkJoinDispatcher(string id, int throughput, int threads) : base(id, throughput)
    {
        for (var i = 0; i < threads; i++)
            new Thread(Run) { Name = $"{id}-{i + 1}", IsBackground = true }.Start();
    }

    internal override void Execute(IThreadPoolWorkItem work) => _work.Add(work);

    /// <summary>The threads leave when everything queued is done.</summary>
    public void Close() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var item in _work.GetConsumingEnumerable())
            item.Execute();
    }
}

/// <summary>One thread for each actor.</summary>
internal sealed class PinnedDispatcher(string id, int throughput) : MessageDispatcher(id, throughput)
{
    private ForkJoinDispatcher? _thread;

    internal override MessageDispatcher ForActor() => new PinnedDispatcher(Id, Throughput) { _thread = new ForkJoinDispatcher(Id, Throughput, 1) };

    internal override void Execute(IThreadPoolWorkItem work)
    {
        try
        {
            _thread!.Execute(work);
        }
        catch (InvalidOperationException)
        {
            // The actor is gone and so is its thread; what still comes is answered elsewhere.
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }
    }

    internal override void Release() => _thread!.Close();
}
