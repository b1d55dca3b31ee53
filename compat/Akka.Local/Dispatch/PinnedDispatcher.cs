namespace Akka.Dispatch;

/// <summary>One thread for each actor.</summary>
internal sealed class PinnedDispatcher(string id, int throughput) : MessageDispatcher(id, throughput)
{
    private ForkJoinDispatcher? _thread;

    internal override MessageDispatcher ForActor() => new PinnedDispatcher(Id, Throughput) { _thread = new ForkJoinDispatcher(Id, Throughput, 1) };

    internal override void Execute(IRunnable work) => _thread!.Execute(work);

    internal override void Release() => _thread!.Close();
}
