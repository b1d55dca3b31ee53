using System.Globalization;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>What the out-of-band station logs.</summary>
public static class OutOfBandLog
{
    /// <summary>The line about a decision.</summary>
    public static LogLine Of(OutOfBandDecision decision) => decision switch
    {
        OutOfBandDecision.Send { Event: CreateResponse { Response.Metadata: { } metadata, EventId: { } id } }
            when Subject(metadata) is var (turn, task) => TurnLog.Requested(turn, task, id),
        OutOfBandDecision.Send { Event: CancelResponse { ResponseId: { } response } }
            => LogLine.Debug("Response {Response} is cancelled", response),
        OutOfBandDecision.Report { Result: var result }
            => TurnLog.Ended(result.Request.Turn, result.Request.Task, result.Status, result.ResponseId, result.LatencyMs),
        OutOfBandDecision.Retry { Request: var request, Reason: var reason } => LogLine.Warning(
            "Turn {Turn}: {Task} for {Item} is asked again: {Reason}", request.Turn.Value, request.Task, request.Item, reason),
        _ => LogLine.Debug("Sends {Type}", decision.GetType().Name),
    };

    /// <summary>The line about an event; null: it is not logged.</summary>
    public static LogLine? Of(ServerEvent e) =>
        e is ResponseCreated { Response: { Metadata: { } metadata } response } && Subject(metadata) is var (turn, task)
        ? TurnLog.Begun(turn, task, response.Id) : null;

    // The server returns what we have sent, or what it likes.
    private static (int Turn, string Task)? Subject(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(OutOfBandMetadata.Task, out var task) && metadata.TryGetValue(OutOfBandMetadata.Turn, out var number)
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var turn) ? (turn, task) : null;
}
