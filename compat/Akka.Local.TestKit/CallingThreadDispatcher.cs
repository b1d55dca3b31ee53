using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>Runs the actor on whichever thread tells it something, so that nothing is still on its way when Tell returns.</summary>
public sealed class CallingThreadDispatcher(string id, int throughput) : MessageDispatcher(id, throughput)
{
    public new const string Id = "akka.test.calling-thread-dispatcher";

    internal override void Execute(IRunnable work) => work.Run();
}
