using System.Text.Json.Nodes;

namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>Something that happens to one outgoing event.</summary>
public sealed record Fault
{
    /// <summary>The event's type, or <c>*</c>.</summary>
    public required string On { get; init; }

    /// <summary>Only events of this caller turn.</summary>
    public int? Turn { get; init; }

    /// <summary>Only events of out-of-band responses, or only others.</summary>
    public bool? Oob { get; init; }

    /// <summary>The how-many-th matching event; 0 is every one.</summary>
    public int Nth { get; init; } = 1;

    public required FaultKind Do { get; init; }

    /// <summary>How long a delayed event waits, while later events overtake it; how long a stall lasts.</summary>
    public int Ms { get; init; } = 500;

    /// <summary>Size of an oversized message.</summary>
    public int Bytes { get; init; } = 17 * 1024 * 1024;

    /// <summary>What is sent after the event (<see cref="FaultKind.Inject"/>), or the fields that it gets (<see cref="FaultKind.Change"/>).</summary>
    public JsonObject? Event { get; init; }

    public int Code { get; init; } = 1001;
    public string? Reason { get; init; }
}

/// <summary>
/// <c>Swap</c> sends it after the event that follows it; <c>Stall</c> sends it and then nothing for a while; <c>Change</c> gives it other
/// fields; <c>Close</c>, <c>Abort</c> and <c>HalfOpen</c> come after the event; <c>AbortMidMessage</c> sends half of it; <c>NullEventId</c>
/// blanks <c>error.event_id</c>.
/// </summary>
public enum FaultKind { Drop, Duplicate, Delay, Swap, Stall, Malformed, Oversized, NullEventId, Inject, Change, Close, Abort, AbortMidMessage, HalfOpen }
