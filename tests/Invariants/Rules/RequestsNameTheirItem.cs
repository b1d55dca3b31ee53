using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants.Rules;

/// <summary>
/// Every out-of-band request follows <c>committed</c> of its item, references that item last, references
/// only items of the conversation, and clears the session's tools.
/// </summary>
internal static class RequestsNameTheirItem
{
    public static IEnumerable<string> Violations(SessionEvidence s) =>
        s.Wire.Connections.SelectMany(c => c.Requests.SelectMany(r => Violations(r, c, s.Wire)).Concat(Repeated(c)));

    private static IEnumerable<string> Violations(WireRequest request, WireConnection connection, WireLog wire)
    {
        var (line, name) = (request.Event.Line,
            $"Request {request.Event.Json.Text("event_id") ?? "without id"} (line {request.Event.Line})");
        if (request.Task is null || request.ItemId is not { } id)
        {
            yield return $"{name}: its metadata name no task and item.";
            yield break;
        }
        // A task may concern an item of an earlier connection, whose text was replayed on this one.
        var isEarlier = request.Task != "transcription"
            && wire.Connections.TakeWhile(c => c != connection).Any(c => c.Item(id) is not null);
        if (!isEarlier && connection.Item(id) is null) yield return $"{name}: it is about {id}, which this connection never brought.";
        // A server that sends committed late, or never, still sends the item: the first of the two counts.
        if (connection.Item(id) is { } item && Math.Min(item.CommittedLine ?? item.Line, item.Line) >= line)
            yield return $"{name}: it went out before {id} was committed (line {item.CommittedLine ?? item.Line}).";

        if (request.Event.Json.At("response.tools") is null) yield return $"{name}: the session's tools are not cleared.";
        if (request.References is not { } references) yield break;
        if (!isEarlier && references.LastOrDefault() != id)
            yield return $"{name}: it is about {id}, but the last item it shows is {references.LastOrDefault() ?? "none"}.";
        foreach (var reference in references.Where(r => !(connection.AddedLine(r) < line)))
            yield return $"{name}: it shows {reference}, which was not in the conversation yet.";
    }

    private static IEnumerable<string> Repeated(WireConnection connection) =>
        from request in connection.Requests
        group request by request.Event.Json.Text("event_id") into same
        where same.Key is null || same.Count() > 1
        select $"{same.Count()} requests of connection {connection.Number} carry the event id {same.Key ?? "null"} (line {same.First().Event.Line}).";
}
