using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants.Rules;

/// <summary>
/// Bounds of queues, as visible from outside: no more requests in flight than allowed, and all audio is accounted for, so
/// that none is in an uncounted queue.
/// </summary>
internal static class QueuesStayBounded
{
    public static IEnumerable<string> Violations(SessionEvidence s) => [
        .. s.Wire.Connections.SelectMany(c => InFlight(c, s, isTask: false, s.Bounds.MaxInFlight)),
        .. s.Wire.Connections.SelectMany(c => InFlight(c, s, isTask: true, s.Bounds.TasksInFlight)), .. Sound(s),
    ];

    // Counts only requests with a result, from the successful attempt on: the wire does not show when others were given up. One whose
    // answer came too late, or although it had been asked for again or cancelled, was given up, too.
    private static IEnumerable<string> InFlight(WireConnection connection, SessionEvidence s, bool isTask, int allowed)
    {
        var givenUp = s.Output.Turns.Where(turn => turn.Oob.Status == "timed_out").Select(turn => turn.ItemId).ToHashSet();
        var spans = (from request in connection.Requests
                     where (request.Task != "transcription") == isTask && !givenUp.Contains(request.ItemId ?? "")
                     let response = connection.Responses.FirstOrDefault(request.IsAnsweredBy)
                     where response is { Done: not null, Status: "completed" } && !connection.IsOvertaken(response) && !connection.WasCancelled(response)
                         && !connection.Requests.Any(again => (again.Task, again.ItemId) == (request.Task, request.ItemId)
                             && again.Event.Line > request.Event.Line && again.Event.Line < response.Done!.Line)
                         && (response.Created ?? response.Done)!.Seconds - request.Event.Seconds < s.Bounds.AnswerWithin
                     group (From: request.Event.Line, To: response.Done!.Line) by (request.Task, request.ItemId) into tries
                     select tries.MinBy(t => t.To)).ToList();
        foreach (var (from, to) in spans)
        {
            var at = spans.Count(other => other.From <= from && other.To > from);
            if (to > from && at > allowed)
                yield return $"At line {from} {at} {(isTask ? "tasks" : "transcriptions")} are at the server, and {allowed} are allowed.";
        }
    }

    private static IEnumerable<string> Sound(SessionEvidence s)
    {
        if (s.Output.Summary?.At("audio") is not { } audio) yield break;
        // Audio may be sent again after a reconnect, so only a single connection is checked: the summary must cover all audio on the wire.
        var onWire = s.Wire.Connections.Sum(
            c => c.Events.Where(e => e is { IsSent: true, Type: "input_audio_buffer.append" }).Sum(e => e.AudioBytes) / c.BytesPerMs);
        if (audio.Whole("sent_ms") is { } sent && s.Wire.Connections.Count == 1 && sent < onWire)
            yield return $"The summary says that {sent} ms of sound were sent, but {onWire} ms are on the wire.";
        if (audio.Whole("unplayed_ms") is > 0 and var unplayed && Voice(s) < s.Bounds.PlaybackLimitMs)
            yield return $"{unplayed} ms of the assistant's voice were lost although never more than {s.Bounds.PlaybackLimitMs} ms can have waited.";
    }

    // The upper bound of queued audio in ms: all audio received.
    private static double Voice(SessionEvidence s) =>
        s.Wire.Connections.SelectMany(c => c.Responses).Where(r => r.Task is null).Sum(r => r.AudioMs);
}
