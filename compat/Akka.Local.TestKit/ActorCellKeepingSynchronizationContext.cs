using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Keeps the test actor the ambient sender after every await of a test.</summary>
internal sealed class ActorCellKeepingSynchronizationContext(ActorCell? cell) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ => Run(d, state));

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    private void Run(SendOrPostCallback d, object? state)
    {
        var (outerCell, outerContext) = (ActorCell.Current, Current);
        SetSynchronizationContext(this);
        ActorCell.Current = cell;
        try
        {
            d(state);
        }
        finally
        {
            ActorCell.Current = outerCell;
            SetSynchronizationContext(outerContext);
        }
    }
}
