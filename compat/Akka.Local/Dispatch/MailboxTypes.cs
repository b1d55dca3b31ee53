using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>Makes the queues of one configured kind of mailbox. Found by its type name in mailbox-type.</summary>
public abstract class MailboxType(Settings settings, Config config)
{
    protected Settings Settings { get; } = settings;
    protected Config Config { get; } = config;

    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}

/// <summary>The default.</summary>
public class UnboundedMailbox(Settings settings, Config config) : MailboxType(settings, config)
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
}

/// <summary>For a stash.</summary>
public class UnboundedDequeBasedMailbox(Settings settings, Config config) : MailboxType(settings, config)
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedDequeMessageQueue();
}

/// <summary>With mailbox-capacity and mailbox-push-timeout-time.</summary>
public class BoundedMailbox : MailboxType
{
    public BoundedMailbox(Settings settings, Config config) : base(settings, config)
    {
        Capacity = config.GetInt("mailbox-capacity");
        PushTimeout = config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(-1));
        if (Capacity < 0)
            throw new ArgumentException("The capacity for BoundedMailbox cannot be negative", nameof(config));
    }

    public int Capacity { get; }
    public TimeSpan PushTimeout { get; }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new BoundedMessageQueue(Capacity, PushTimeout);
}

/// <summary>Bounded, and for a stash.</summary>
public class BoundedDequeBasedMailbox(Settings settings, Config config) : BoundedMailbox(settings, config)
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new BoundedDequeMessageQueue(Capacity, PushTimeout);
}
