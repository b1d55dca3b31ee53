using System.Text.Json.Nodes;

namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>A fault applied to one outgoing event.</summary>
public sealed record Fault
{
    /// <summary>The event's type, or <c>*</c> for any.</summary>
    public required string On { get; init; }

    /// <summary>Only events of this caller turn.</summary>
    public int? Turn { get; init; }

    /// <summary>True: only events of out-of-band responses; false: only other events.</summary>
    public bool? Oob { get; init; }

    /// <summary>Applies to the n-th matching event, from 1; 0 applies to every one.</summary>
    public int Nth { get; init; } = 1;

    public required FaultKind Do { get; init; }

    /// <summary>Milliseconds by which an event is delayed (later events overtake it), or duration of a stall.</summary>
    public int Ms { get; init; } = 500;

    /// <summary>Size of an oversized message in bytes.</summary>
    public int Bytes { get; init; } = 17 * 1024 * 1024;

    /// <summary>Event to send next (<see cref="FaultKind.Inject"/>), or fields to overwrite (<see cref="FaultKind.Change"/>).</summary>
    public JsonObject? Event { get; init; }

    public int Code { get; init; } = 1001;
    public string? Reason { get; init; }
}

/// <summary>
/// <c>Swap</c> sends the event after the next one; <c>Stall</c> sends it and then pauses; <c>Change</c> overwrites
/// fields; <c>Close</c>, <c>Abort</c> and <c>HalfOpen</c> follow the event; <c>AbortMidMessage</c> sends half of it; <c>NullEventId</c>
/// sets <c>error.event_id</c> to null.
/// </summary>
public enum FaultKind { Drop, Duplicate, Delay, Swap, Stall, Malformed, Oversized, NullEventId, Inject, Change, Close, Abort, AbortMidMessage, HalfOpen }
