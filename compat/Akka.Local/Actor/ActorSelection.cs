using System.Text.RegularExpressions;

namespace Akka.Actor;

/// <summary>Actors by path or pattern. Who is meant is decided when a message is delivered.</summary>
public class ActorSelection : ICanTell
{
    private ActorSelection(IActorRef anchor, string[] path) => (Anchor, Path) = (anchor, path);

    public IActorRef Anchor { get; }
    public string[] Path { get; }
    public string PathString => "/" + string.Join('/', Path);

    public void Tell(object message, IActorRef? sender = null) =>
        Deliver((IInternalActorRef)Anchor, Path, message, sender ?? ActorCell.GetCurrentSelfOrNoSender(), wildCardFanOut: false);

    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, default);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (Exception e)
        {
            throw new ActorNotFoundException("Exception occurred while resolving ActorSelection", e);
        }
    }

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path.ToStringWithUid()}), Path({PathString})]";

    /// <summary>Relative paths start at the anchor; those with a scheme or a slash at the root.</summary>
    internal static ActorSelection From(IActorRef anchor, string path)
    {
        IEnumerable<string> elements;
        if (path.Contains("://"))
            elements = ActorPath.Parse(path).Elements;
        else
            elements = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var start = path.Contains("://") || path.StartsWith('/') ? ((IInternalActorRef)anchor).Provider.Root : anchor;
        return new ActorSelection(start, elements.ToArray());
    }

    internal static void Deliver(IInternalActorRef at, ReadOnlySpan<string> path, object message, IActorRef? sender, bool wildCardFanOut)
    {
        if (path.IsEmpty)
        {
            at.Tell(message, sender);
            return;
        }
        var rest = path[1..];
        switch (path[0])
        {
            case "..":
                Deliver(at.Parent, rest, message, sender, wildCardFanOut);
                break;
            case var pattern when pattern.AsSpan().IndexOfAny('*', '?') >= 0:
                foreach (var child in at.Provider.ChildrenOf(at))
                    if (Matches(pattern, child.Path.Name))
                        Deliver(child, rest, message, sender, wildCardFanOut: true);
                break;
            case var name when at.Provider.ChildOf(at, name) is { } child:
                Deliver(child, rest, message, sender, wildCardFanOut);
                break;
            default:
                if (!wildCardFanOut)
                    at.Provider.EmptyRef(at.Path / path.ToArray()).Tell(message, sender);
                break;
        }
    }

    private static bool Matches(string pattern, string name) =>
        Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", ".")}$");
}

/// <summary>A message on its way through a selection.</summary>
public class ActorSelectionMessage(object message, string[] elements, bool wildCardFanOut = false) : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    public object Message { get; } = message;
    public string[] Elements { get; } = elements;
    public bool WildCardFanOut { get; } = wildCardFanOut;
}
