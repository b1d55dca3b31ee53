using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>Which mailbox an actor gets: its Props, its deployment, its class, or the default.</summary>
public sealed class Mailboxes
{
    public const string DefaultMailboxId = "akka.actor.default-mailbox";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MailboxType> _types = new();
    private readonly ConcurrentDictionary<Type, string?> _requirements = new();

    internal Mailboxes(ActorSystem system) => _system = system;

    public MailboxType Lookup(string id) => _types.GetOrAdd(id, Make);

    internal MailboxType For(Props props)
    {
        var required = _requirements.GetOrAdd(props.Type, RequiredBy);
        var asked = string.IsNullOrEmpty(props.Mailbox) ? null : props.Mailbox;
        return Lookup(asked ?? required ?? DefaultMailboxId);
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

    private static string? RequiredBy(Type actor)
    {
        var semantics = actor.GetInterfaces()
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequiresMessageQueue<>))
            ?.GetGenericArguments()[0];
        if (semantics is null || semantics == typeof(ILoggerMessageQueueSemantics))
            return null;
        return "akka.actor.mailbox." + (typeof(IBoundedMessageQueueSemantics).IsAssignableFrom(semantics) ? "bounded" : "unbounded")
                                     + (typeof(IDequeBasedMessageQueueSemantics).IsAssignableFrom(semantics) ? "-deque-based" : "-queue-based");
    }
}
