using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Stopping, and knowing when it is done.</summary>
public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>False when the actor was still there after the timeout; nothing is thrown.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var actor = (IInternalActorRef)target;
        var ended = new DeathWatcher(actor.Provider);
        actor.SendSystemMessage(new Watch(target, ended));
        target.Tell(stopMessage, ActorRefs.NoSender);
        if (timeout <= TimeSpan.Zero)
            return await ended.Task.ConfigureAwait(false);
        var deadline = AskDeadline.Start(timeout, ended.GiveUp);
        var stopped = await ended.Task.ConfigureAwait(false);
        deadline.Cancel();
        actor.SendSystemMessage(new Unwatch(target, ended));
        return stopped;
    }

    private sealed class DeathWatcher(IActorRefProvider provider) : MinimalActorRef
    {
        private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> Task => _ended.Task;
        public override ActorPath Path { get; } = provider.TempPath();
        public override IActorRefProvider Provider => provider;

        public void GiveUp() => _ended.TrySetResult(false);

        public override void SendSystemMessage(ISystemMessage message)
        {
            if (message is DeathWatchNotification)
                _ended.TrySetResult(true);
        }
    }
}
