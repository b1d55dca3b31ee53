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

    /// <summary>What happens to the event.</summary>
    public required FaultKind Do { get; init; }

    /// <summary>Milliseconds by which an event is delayed (later events overtake it), or duration of a stall.</summary>
    public int Ms { get; init; } = 500;

    /// <summary>Size of an oversized message in bytes.</summary>
    public int Bytes { get; init; } = 17 * 1024 * 1024;

    /// <summary>
    /// Event to send next (<see cref="FaultKind.Inject"/>), fields to overwrite (<see cref="FaultKind.Change"/>; a name may be a path
    /// such as <c>response.metadata</c>), or the error (<see cref="FaultKind.Error"/>).
    /// </summary>
    public JsonObject? Event { get; init; }

    /// <summary>The close code of <see cref="FaultKind.Close"/>.</summary>
    public int Code { get; init; } = 1001;

    /// <summary>The close reason of <see cref="FaultKind.Close"/>.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a <see cref="Fault"/> does to an event.</summary>
public enum FaultKind 
{
    /// <summary>The event is not sent.</summary>
    Drop,

    /// <summary>The event is sent twice.</summary>
    Duplicate,

    /// <summary>The event is sent later; events after it overtake it.</summary>
    Delay,

    /// <summary>The event is sent after the next one.</summary>
    Swap,

    /// <summary>The event is sent, then nothing for a while.</summary>
    Stall,

    /// <summary>The event is sent as invalid JSON.</summary>
    Malformed,

    /// <summary>The event is sent with padding beyond the size limit.</summary>
    Oversized,

    /// <summary><c>error.event_id</c> is null.</summary>
    NullEventId,

    /// <summary>Another event follows.</summary>
    Inject,

    /// <summary>Fields are overwritten.</summary>
    Change,

    /// <summary>An <c>error</c> event is sent instead.</summary>
    Error,

    /// <summary>A close frame follows the event.</summary>
    Close,

    /// <summary>The TCP connection is reset after the event.</summary>
    Abort,

    /// <summary>Half of the event is sent, then the TCP connection is reset.</summary>
    AbortMidMessage,

    /// <summary>Nothing follows the event; the socket stays open.</summary>
    HalfOpen,
}
