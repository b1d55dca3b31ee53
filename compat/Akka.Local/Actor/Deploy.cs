namespace Akka.Actor;

/// <summary>Where and with what an actor runs. Empty means: not said here.</summary>
public sealed record Deploy
{
    public const int NoStashSize = -1;
    public static readonly Deploy Local = new();

    public string Dispatcher { get; private init; } = "";
    public string Mailbox { get; private init; } = "";
    public int StashCapacity { get; private init; } = NoStashSize;

    public Deploy WithDispatcher(string dispatcher) => this with { Dispatcher = dispatcher };
    public Deploy WithMailbox(string mailbox) => this with { Mailbox = mailbox };
    public Deploy WithStashCapacity(int stashSize) => this with { StashCapacity = stashSize };

    public Deploy WithFallback(Deploy other) => new()
    {
        Dispatcher = Dispatcher.Length > 0 ? Dispatcher : other.Dispatcher,
        Mailbox = Mailbox.Length > 0 ? Mailbox : other.Mailbox,
        StashCapacity = StashCapacity != NoStashSize ? StashCapacity : other.StashCapacity,
    };
}
