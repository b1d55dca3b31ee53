using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;
using Links = System.Collections.Immutable.ImmutableArray<RealtimeAkka.Hosting.Telemetry.SpanReference>;

namespace RealtimeAkka.Hosting.Telemetry;

// Answers: their sound, their records, the functions that they call.
public sealed partial class SessionTrace
{
    private void Created(ResponseState response, DateTimeOffset now)
    {
        if (response.IsOutOfBand)
        {
            if (RequestOf(response) is { Response: null } request) request.Response = response.Id;
            return;
        }
        if (_answers.ContainsKey(response.Id) || _answers.Count == Remembered) return;
        _answers.Add(response.Id, new TracedAnswer(_turns.Count == 0 ? null : _turns[^1].Item, _answerRequestedAt ?? now));
        _answerRequestedAt = null;
    }

    private TracedRequest? RequestOf(ResponseState response)
    {
        foreach (var request in _requests)
            if (request.Response == response.Id) return request;
        if (response.Metadata is not { } metadata) return null;
        foreach (var request in _requests)
        {
            if (request.Response is null && metadata.GetValueOrDefault(OutOfBandMetadata.Task) == request.Task
                && metadata.GetValueOrDefault(OutOfBandMetadata.Item) == request.Item.Value
                && Number(metadata, OutOfBandMetadata.Attempt) == request.Attempt) return request;
        }
        return null;
    }

    // Dozens of times a second: only the first sound and the sum matter.
    private void Sounding(ResponseId id, int bytes, DateTimeOffset now)
    {
        if (!_answers.TryGetValue(id, out var answer) || answer.DoneAt is not null) return;
        answer.SaidBytes += bytes;
        if (answer.FirstAudioAt is not null) return;
        answer.FirstAudioAt = now;
        if (answer.Turn is not { } item || Find(item, null) is not { HasAudio: false } turn) return;
        turn.HasAudio = true;
        var waited = now - (turn.SpokenTo ?? turn.CommittedAt);
        output.Measure(Instruments.TimeToFirstAudio, Math.Max(0, waited.TotalSeconds), []);
    }

    private void Called(ResponseId id, string callId)
    {
        if (_answers.TryGetValue(id, out var answer) && answer.Calls.Count < Remembered) answer.Calls.Add(callId);
    }

    private void Done(ResponseState response, DateTimeOffset now)
    {
        var isNew = !_responses.Contains(response.Id.Value);
        var request = RequestOf(response);
        var isOutOfBand = response.IsOutOfBand || request is not null;
        var usage = Usage.Read(response.Usage, Modality.Text);
        if (isNew)
        {
            _responses = _responses.With(response.Id.Value);
            // The server may name any task.
            Used(isOutOfBand ? request?.Task ?? "other" : OfConversation, Chat, facts.Model, _serverModel, usage);
        }
        if (request is not null)
        {
            var result = Result(facts, response, facts.Prices.Cost(Answering, usage), response.Text);
            EndRequest(request, result, Failure(response), now, Kind(response));
            if (request.Task == OutOfBandRequest.Transcription && Find(request.Turn, null) is { } turn) turn.LastTranscriptAt = now;
            return;
        }
        if (isOutOfBand)
        {
            _answers.Remove(response.Id); // a server may say only now that it was out of band
            return;
        }
        if (!_answers.TryGetValue(response.Id, out var answer) || answer.DoneAt is not null) return;
        (answer.DoneAt, answer.End) = (now, response);
        if (response.Status is not ("completed" or null) || facts.Tools.Count == 0) return; // nothing says how a call ends
        foreach (var id in response.Calls.Select(call => call.CallId).OfType<string>().Concat(answer.Calls))
            if (_calls.Count < Remembered) _calls.TryAdd(id, new TracedCall(answer.Turn, now));
    }

    private void Answered(ResponseId id, AssistantReplied? record, DateTimeOffset now)
    {
        if (!_answers.Remove(id, out var answer)) return;
        var turn = (record?.Turn is { } number ? Numbered(number) : null)
            ?? (answer.Turn is { } assumed ? Find(assumed, null) : null);
        var ended = answer.DoneAt ?? now;
        var error = answer.IsLost ? ConnectionLost : answer.End is { } end ? Failure(end) : "unfinished";
        var said = facts.Format.Milliseconds(answer.SaidBytes);
        var about = Request(facts, Chat, facts.Model, _serverModel, OfConversation);
        var details = about
            .AddRange(answer.End is { } done
                ? Result(facts, done, facts.Prices.Cost(Answering, Usage.Read(done.Usage, Modality.Text)), record?.Text)
                : Of((Names.ResponseId, Bounded(id.Value))))
            .With(
                (Names.TimeToFirstChunk, (answer.FirstAudioAt - answer.From)?.TotalSeconds), (Names.SaidMs, said),
                (Names.HeardMs, record?.HeardMs));
        var (parent, links) = turn is not null ? (turn.Span, Links.Empty) : ParentOf(answer.Turn, record?.Turn);
        if (turn?.FailedAnswer is { } failed) links = links.Add(new SpanReference(failed, "retry"));
        var span = Report(parent, _chat, true, answer.From, ended, details, error, links);
        Took(ended - answer.From, about, error is null ? null : answer.IsLost ? ConnectionLost : "failed");
        output.Measure(Instruments.Said, said, []);
        if (turn is not null) (turn.IsAnswered, turn.FailedAnswer) = (true, error is null ? null : span);
        if (record is not { HeardMs: > 0 and var heard }) return;
        var (from, to) = Playout(record.StartedMs, heard, answer.FirstAudioAt ?? answer.From, now);
        Report(
            parent, "playout", false, from, to,
            Of((Names.SaidMs, said), (Names.HeardMs, heard), (Names.Status, Bounded(record.Status))), null, []);
    }

    // Where playback is faster than a voice, its end is not later than its record.
    private (DateTimeOffset From, DateTimeOffset To) Playout(
        long? startedMs, long heardMs, DateTimeOffset earliest, DateTimeOffset now)
    {
        var from = startedMs is { } ms && _openedAt is { } opened ? opened.AddMilliseconds(ms) : now.AddMilliseconds(-heardMs);
        if (from < earliest) from = earliest;
        if (from > now) from = now;
        var to = from.AddMilliseconds(heardMs);
        return (from, to < now ? to : now);
    }

    private void Returned(ToolCalled record, DateTimeOffset now)
    {
        TracedCall? call = _calls.Remove(record.CallId, out var known) ? known : null;
        var item = (record.Turn is { } number ? Numbered(number)?.Item : null) ?? call?.Turn;
        var (parent, links) = ParentOf(item, record.Turn);
        var name = Tool(facts, record.Tool);
        Report(
            parent, $"{ExecuteTool} {name}", false, call?.From ?? now, now,
            Of((Names.Operation, ExecuteTool), (Names.ToolName, name), (Names.ToolType, "function"),
                (Names.ToolCallId, Bounded(record.CallId)), (Names.Status, record.Status.Name())),
            record.Status == ResultStatus.Completed ? null : record.Status.Name(), links);
    }
}
