using System.Collections.Concurrent;

namespace Akka.Dispatch;

/// <summary>A dispatcher with threads of its own, for actors that block.</summary>
internal sealed class ForkJoinDispatcher : MessageDispatcher
{
    private readonly BlockingCollection<IRunnable> _work = [];

    public ForkJoinDispatcher(string id, int throughput, int threads) : base(id, throughput)
    {
        for (var i = 0; i < threads; i++)
            new Thread(Run) { Name = $"{id}-{i + 1}", IsBackground = true }.Start();
    }

    internal override void Execute(IRunnable work)
    {
        try
        {
            _work.Add(work);
        }
        catch (InvalidOperationException)
        {
            // Closed: what still comes is for the dead and may be answered elsewhere.
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }
    }

    /// <summary>The threads leave when everything queued is done.</summary>
    internal override void Close() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var item in _work.GetConsumingEnumerable())
            item.Run();
    }
}
