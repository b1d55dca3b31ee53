using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;
using Akka.Event;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>Which mailbox an actor gets: its Props, its deployment, its class, or the default.</summary>
public sealed class Mailboxes
{
    public const string DefaultMailboxId = "akka.actor.default-mailbox";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MailboxType> _types = new();
    private readonly ConcurrentDictionary<Type, Type?> _requirements = new();

    internal Mailboxes(ActorSystem system) => _system = system;

    public MailboxType Lookup(string id) => _types.GetOrAdd(id, Make);

    /// <summary>The queue for one actor. A mailbox asked for by name must have what the class requires.</summary>
    internal IMessageQueue CreateQueue(Props props, IActorRef owner)
    {
        var required = _requirements.GetOrAdd(props.Type, RequiredBy);
        if (string.IsNullOrEmpty(props.Mailbox))
            return Lookup(required is null ? DefaultMailboxId : IdFor(required)).Create(owner, _system);
        var queue = Lookup(props.Mailbox).Create(owner, _system);
        return required is null || required.IsInstanceOfType(queue)
            ? queue
            : throw new ConfigurationException($"Configuration problem while creating [{owner.Path}] with mailbox [{props.Mailbox}]: {props.Type} requires {required.Name}, which {queue.GetType().Name} does not have");
    }

    internal int StashCapacity(string mailboxId) =>
        string.IsNullOrEmpty(mailboxId)
            ? _system.Settings.Config.GetInt(DefaultMailboxId + ".stash-capacity", -1)
            : _system.Settings.Config.GetInt(mailboxId + ".stash-capacity", _system.Settings.Config.GetInt(DefaultMailboxId + ".stash-capacity", -1));

    private MailboxType Make(string id)
    {
        // Short names Akka.NET knows besides the configured ones.
        switch (id)
        {
            case "unbounded": return new UnboundedMailbox(_system.Settings, Config.Empty);
            case "bounded": return new BoundedMailbox(_system.Settings, DefaultConfig());
        }
        var config = _system.Settings.Config.GetConfig(id);
        if (config.IsNullOrEmpty())
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        var type = config!.GetString("mailbox-type")
                   ?? throw new ConfigurationException($"The setting mailbox-type, defined in [{id}], is empty");
        return TypeNames.Create<MailboxType>(type, _system.Settings, config.WithFallback(DefaultConfig()));
    }

    private Config DefaultConfig() => _system.Settings.Config.GetConfig(DefaultMailboxId) ?? Config.Empty;

    private static Type? RequiredBy(Type actor)
    {
        var semantics = actor.GetInterfaces()
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequiresMessageQueue<>))
            ?.GetGenericArguments()[0];
        return semantics == typeof(ILoggerMessageQueueSemantics) ? null : semantics;
    }

    private static string IdFor(Type semantics) =>
        "akka.actor.mailbox." + (typeof(IBoundedMessageQueueSemantics).IsAssignableFrom(semantics) ? "bounded" : "unbounded")
                              + (typeof(IDequeBasedMessageQueueSemantics).IsAssignableFrom(semantics) ? "-deque-based" : "-queue-based");
}
