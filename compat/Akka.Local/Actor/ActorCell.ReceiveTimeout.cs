namespace Akka.Actor;

/// <summary>The receive timeout: one scheduled message, put off by every message that counts.</summary>
public sealed partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable? _pendingReceiveTimeout;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        _receiveTimeout = timeout;
        if (timeout is null)
            CancelReceiveTimeout();
    }

    internal void CheckReceiveTimeout(bool reschedule)
    {
        if (_receiveTimeout is not { } timeout || !reschedule && _pendingReceiveTimeout is not null)
            return;
        CancelReceiveTimeout();
        _pendingReceiveTimeout = SystemImpl.Scheduler.ScheduleTellOnceCancelable(timeout, Self, Actor.ReceiveTimeout.Instance, Self);
    }

    private void CancelReceiveTimeout()
    {
        _pendingReceiveTimeout?.Cancel();
        _pendingReceiveTimeout = null;
    }
}
