using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>Counts what a server sends and nobody uses, and bounds the log when it sends nothing else.</summary>
public sealed class UnusedFrames
{
    private const int Types = 100;

    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    private long _skipped;

    /// <summary>Counts a frame that could not be read, and returns the line about it: for the first 20, then for each 1,000th.</summary>
    public LogLine? Skip(ReceiveResult.Skipped frame) => ++_skipped <= 20 || _skipped % 1000 == 0
        ? LogLine.Warning(
            "Skipped frame {Count}, {Bytes} bytes, type {Type}: {Reason}", _skipped, frame.Bytes, frame.Type ?? "-", frame.Reason)
        : null;

    /// <summary>Whether an event is of an unknown type that is new; of those the first 100 are logged.</summary>
    public bool IsNew(UnknownEvent e) => _unknown.Count < Types && _unknown.Add(e.Type);
}
