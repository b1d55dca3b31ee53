using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants.Rules;

/// <summary>
/// What can be seen of the waiting places from outside: no more requests at the server than allowed, and all sound accounted for, so
/// that none of it waits in a place that nobody counts.
/// </summary>
internal static class QueuesStayBounded
{
    public static IEnumerable<string> Violations(SessionEvidence s) => [
        .. s.Wire.Connections.SelectMany(c => InFlight(c, s, isTask: false, s.Bounds.MaxInFlight)), .. s.Wire.Connections.SelectMany(c => InFlight(c, s, isTask: true, s.Bounds.TasksInFlight)), .. Sound(s),
    ];

    // Only requests that brought a result count, each from that try on: of others the wire does not tell when they were given up.
    private static IEnumerable<string> InFlight(WireConnection connection, SessionEvidence s, bool isTask, int allowed)
    {
        var givenUp = s.Output.Turns.Where(turn => turn.Oob.Status == "timed_out").Select(turn => turn.ItemId).ToHashSet();
        var spans = (from request in connection.Requests
                     where (request.Task != "transcription") == isTask && !givenUp.Contains(request.ItemId ?? "")
                     let response = connection.Responses.FirstOrDefault(request.IsAnsweredBy)
                     where response is { Done: not null, Status: "completed" } && !connection.IsOvertaken(response)
                     group (From: request.Event.Line, To: response.Done!.Line) by (request.Task, request.ItemId) into tries
                     select tries.MinBy(t => t.To)).ToList();
        foreach (var (from, to) in spans)
        {
            var at = spans.Count(other => other.From <= from && other.To > from);
            if (to > from && at > allowed) yield return $"At line {from} {at} {(isTask ? "tasks" : "transcriptions")} are at the server, and {allowed} are allowed.";
        }
    }

    private static IEnumerable<string> Sound(SessionEvidence s)
    {
        if (s.Output.Summary?.At("audio") is not { } audio) yield break;
        // Sound may be sent again after a reconnect, but never is more said to be sent than was.
        var onWire = s.Wire.Connections.SelectMany(c => c.Events).Where(e => e is { IsSent: true, Type: "input_audio_buffer.append" }).Sum(e => e.AudioBytes) / WireEvent.BytesPerMs;
        if (audio.Whole("sent_ms") is { } sent && s.Wire.Connections.Count == 1 && sent < onWire) yield return $"The summary says that {sent} ms of sound were sent, but {onWire} ms are on the wire.";
        if (audio.Whole("unplayed_ms") is > 0 and var unplayed && Voice(s) < s.Bounds.PlaybackLimitMs)
            yield return $"{unplayed} ms of the assistant's voice were lost although never more than {s.Bounds.PlaybackLimitMs} ms can have waited.";
    }

    // All of it in ms: more cannot have waited.
    private static long Voice(SessionEvidence s) => s.Wire.Connections.SelectMany(c => c.Responses).Where(r => r.Task is null).Sum(r => r.AudioBytes) / WireEvent.BytesPerMs;
}
