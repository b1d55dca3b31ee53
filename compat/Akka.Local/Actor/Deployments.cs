using Akka.Configuration;

namespace Akka.Actor;

/// <summary>akka.actor.deployment: mailbox, dispatcher and stash of named actors, stronger than their Props.</summary>
internal sealed class Deployments
{
    private readonly Dictionary<string, Deploy> _byPath = [];

    public Deployments(Config config)
    {
        foreach (var path in config.GetConfig("akka.actor.deployment")?.AsEnumerable().Select(e => e.Key) ?? [])
        {
            var entry = config.GetConfig($"akka.actor.deployment.\"{path}\"")!;
            _byPath[path.TrimStart('/')] = Deploy.Local
                .WithDispatcher(entry.GetString("dispatcher", ""))
                .WithMailbox(entry.GetString("mailbox", ""))
                .WithStashCapacity(entry.GetInt("stash-capacity", Deploy.NoStashSize));
        }
    }

    public Props Apply(Props props, ActorPath parent, string name)
    {
        if (_byPath.Count == 0 || parent.Depth == 0 || parent.Elements[0] != "user")
            return props;
        var above = string.Concat(parent.Elements.Skip(1).Select(e => e + "/"));
        return _byPath.TryGetValue(above + name, out var deploy) || _byPath.TryGetValue(above + "*", out deploy)
            ? props.WithDeploy(deploy)
            : props;
    }
}
