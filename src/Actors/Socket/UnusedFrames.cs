using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>Counts what a server sends and nobody uses, and bounds the log when it sends nothing else.</summary>
public sealed class UnusedFrames
{
    private const int Types = 100;

    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    /// <summary>Frames that could not be read.</summary>
    public long Skipped { get; private set; }

    /// <summary>Counts a frame that could not be read. Whether it is logged: the first 20, then each 1,000th.</summary>
    public bool Skip() => ++Skipped <= 20 || Skipped % 1000 == 0;

    /// <summary>Whether an event is of an unknown type that is new; of those the first 100 are logged.</summary>
    public bool IsNew(UnknownEvent e) => _unknown.Count < Types && _unknown.Add(e.Type);
}
