using System.Text.Json;
using RealtimeAkka.Invariants.Output;
using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants.Rules;

/// <summary>Every published text is the service's text for that item, and every status matches the result on the wire.</summary>
internal static class TextsAreTheirItems
{
    private const string Transcription = "transcription";

    // Results in the last moments of a session may arrive too late to be published.
    private const double TooLateSeconds = 0.5;

    public static IEnumerable<string> Violations(SessionEvidence s)
    {
        foreach (var turn in s.Output.Turns)
        {
            if (s.Wire.Find(turn.ItemId) is not var (connection, _)) continue;
            foreach (var told in s.Output.Amendments.Where(a => a.ItemId == turn.ItemId).Prepend(turn))
                foreach (var violation in Oob(told, connection).Concat(Asr(told, connection))) yield return violation;
            foreach (var violation in Untold(s.Output.Final(turn), connection, s.Wire.EndSeconds)) yield return violation;
        }
        foreach (var answer in s.Output.Answers)
            foreach (var violation in Answer(answer, s.Wire)) yield return violation;
    }

    private static IEnumerable<string> Asr(ToldTurn turn, WireConnection connection)
    {
        var said = connection.Asr.GetValueOrDefault(turn.ItemId);
        switch (turn.Asr.Status)
        {
            case "completed" when said?.Text is null:
                yield return $"{turn.Name}: it tells an ASR transcript, but the service completed none for this item.";
                break;
            case "completed" or "empty" when (turn.Asr.Text ?? "") != said?.Text:
                yield return $"{turn.Name}: the ASR text is not what the service said of this item (line {said?.Event.Line}).";
                break;
            case not "completed" when turn.Asr.Text is not null:
                yield return $"{turn.Name}: the ASR transcript is {turn.Asr.Status} and yet has a text.";
                break;
        }
    }

    private static IEnumerable<string> Oob(ToldTurn turn, WireConnection connection)
    {
        var (status, text) = (turn.Oob.Status, turn.Oob.Text);
        if (status is "timed_out" or "disabled")
        {
            if (text is not null) yield return $"{turn.Name}: the model's transcript is {status} and yet has a text.";
            yield break;
        }
        if (turn.Oob.ResponseId is not { } id)
        {
            if (status != "failed" || text is not null)
                yield return $"{turn.Name}: the model's transcript is {status}, but no response is named.";
            yield break;
        }
        if (connection.Response(id) is not { } response)
        {
            yield return $"{turn.Name}: response {id} never came on the connection of its item.";
            yield break;
        }
        if (response.ItemId != turn.ItemId)
            yield return $"{turn.Name}: its words come from response {id}, which is about {response.ItemId ?? "the conversation"}.";
        if (response.Done is null)
        {
            if (status != "failed" || text is not null)
                yield return $"{turn.Name}: the model's transcript is {status}, but response {id} was never done.";
            yield break;
        }
        var ended = response.Status is null or "completed" ? response.Text.Length == 0 ? "empty" : "completed" : response.Status;
        // A failed response may be the last of several attempts; the record then has a reason and no text. One that was cancelled may be
        // completed before the server knows.
        if (ended != status && status != "failed" && !(status == "cancelled" && connection.WasCancelled(response)))
            yield return $"{turn.Name}: the model's transcript is {status}, but response {id} (line {response.Done.Line}) is {ended}.";
        if (text is not null && text != response.Text)
            yield return $"{turn.Name}: the model's text is not what response {id} said (line {response.Done.Line}).";
        if (status == "completed" && connection.IsOvertaken(response))
            yield return $"{turn.Name}: response {id} meant the newest item, and a newer one came before it was created (line {response.Created?.Line}).";
    }

    // timed_out is wrong if the result arrived in time to be published.
    private static IEnumerable<string> Untold(ToldTurn turn, WireConnection connection, double endSeconds)
    {
        if (turn.Asr.Status == "failed" && connection.Asr.GetValueOrDefault(turn.ItemId) is { Text: not null } said
            && said.Event.Seconds < endSeconds - TooLateSeconds)
            yield return $"{turn.Name}: it says that the ASR failed, but the service completed its transcript (line {said.Event.Line}).";
        if (turn.Asr.Status == "timed_out" && connection.Asr.GetValueOrDefault(turn.ItemId) is { } asr
            && asr.Event.Seconds < endSeconds - TooLateSeconds)
            yield return $"{turn.Name}: the ASR transcript came (line {asr.Event.Line}) and was never told.";
        if (turn.Oob.Status != "timed_out") yield break;
        foreach (var response in connection.About(turn.ItemId, Transcription))
            if (response is { Done: { } done, Status: "completed" } && done.Seconds < endSeconds - TooLateSeconds
                && !connection.IsOvertaken(response))
                yield return $"{turn.Name}: the model's transcript came (response {response.Id}, line {done.Line}) and was never told.";
    }

    private static IEnumerable<string> Answer(JsonElement answer, WireLog wire)
    {
        var id = answer.Text("response_id") ?? "";
        if (wire.Connections.Select(c => c.Response(id)).FirstOrDefault(r => r is not null) is not { } response)
        {
            yield return $"Answer {id}: no connection brought this response.";
            yield break;
        }
        if (response.Task is not null)
            yield return $"Answer {id}: it is told as something the assistant said, but it is an out-of-band response ({response.Task} of {response.ItemId}).";
        // A server may leave the output out of the end, and an answer may be given up before its end.
        if (response.Done is { } done && response.Text.Length > 0 && answer.Text("error") != "timed_out" && (answer.Text("text") ?? "").Trim() != response.Text)
            yield return $"Answer {id}: its text is not what the response said (line {done.Line}).";
    }
}
