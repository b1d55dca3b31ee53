using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;
using Links = System.Collections.Immutable.ImmutableArray<RealtimeAkka.Hosting.Telemetry.SpanReference>;
using Step = RealtimeAkka.Actors.Stations.Step<
    RealtimeAkka.Hosting.Telemetry.SessionTrace, RealtimeAkka.Hosting.Telemetry.TelemetryDecision>;

namespace RealtimeAkka.Hosting.Telemetry;

// Answers: their sound, their records, the functions that they call.
public sealed partial record SessionTrace
{
    private Step Created(ResponseState response, DateTimeOffset now)
    {
        if (response.IsOutOfBand)
        {
            return RequestOf(response) is { Response: null } request
                ? new(this with { Requests = Requests.Replace(request, request with { Response = response.Id }) }) : Stay;
        }
        if (Answers.ContainsKey(response.Id) || Answers.Count == Remembered) return Stay;
        var answer = new TracedAnswer(response.Id, Turns.IsEmpty ? null : Turns[^1].Item, AnswerRequestedAt ?? now);
        return new(this with { Answers = Answers.SetItem(response.Id, answer), AnswerRequestedAt = null });
    }

    private TracedRequest? RequestOf(ResponseState response) => Requests.FirstOrDefault(r => r.Response == response.Id)
        ?? (response.Metadata is { } metadata ? Requests.FirstOrDefault(
            r => r.Response is null && metadata.GetValueOrDefault(OutOfBandMetadata.Task) == r.Task
            && metadata.GetValueOrDefault(OutOfBandMetadata.Item) == r.Item.Value
            && Number(metadata, OutOfBandMetadata.Attempt) == r.Attempt) : null);

    /// <summary>More sound of an answer than <see cref="Received"/> was told, in bytes.</summary>
    public SessionTrace Said(ResponseId id, long bytes) => !Answers.TryGetValue(id, out var answer) || answer.DoneAt is not null ? this
        : this with { Answers = Answers.SetItem(id, answer with { SaidBytes = answer.SaidBytes + bytes }) };

    private Step Sounding(ResponseId id, int bytes, DateTimeOffset now)
    {
        if (!Answers.TryGetValue(id, out var answer) || answer.DoneAt is not null) return Stay;
        var next = this with
        {
            Answers = Answers.SetItem(id, answer with { SaidBytes = answer.SaidBytes + bytes, FirstAudioAt = answer.FirstAudioAt ?? now }),
        };
        if (answer.FirstAudioAt is not null || answer.Turn is not { } item || Find(item, null) is not { HasAudio: false } turn)
            return new(next);
        var waited = now - (turn.SpokenTo ?? turn.CommittedAt);
        return new(
            next.Change(turn, t => t with { HasAudio = true }),
            new TelemetryDecision.Measure(Instruments.TimeToFirstAudio, Math.Max(0, waited.TotalSeconds), []));
    }

    private Step Called(ResponseId id, string callId, string? name) =>
        Answers.TryGetValue(id, out var answer) && answer.Calls.Length < Remembered
            ? new(this with { Answers = Answers.SetItem(id, answer with { Calls = answer.Calls.Add((callId, name)) }) }) : Stay;

    private Step Done(ResponseState response, DateTimeOffset now)
    {
        var isNew = !Responses.Contains(response.Id.Value);
        var request = RequestOf(response);
        var isOutOfBand = response.IsOutOfBand || request is not null;
        var purpose = !isOutOfBand ? OfConversation : request?.Task ?? "other"; // the server may name any task
        var usage = Usage.Read(response.Usage, Modality.Text);
        var step = isNew ? (this with { Responses = Responses.With(response.Id.Value) }).Used(
            purpose, Chat, Facts.Model, ServerModel, usage) : Stay;
        if (request is not null)
        {
            var result = Result(Facts, response, Facts.Prices.Cost(Answering, usage), response.Text);
            step = step.Then(trace => trace.EndRequest(request, result, Failure(response), now, Kind(response)));
            return request.Task != OutOfBandRequest.Transcription ? step
                : step.Then(trace => new(trace.Change(trace.Find(request.Turn, null), turn => turn with { LastTranscriptAt = now })));
        }
        // A server may say only now that it was out of band.
        if (isOutOfBand) return step.Then(trace => new(trace with { Answers = trace.Answers.Remove(response.Id) }));
        if (!Answers.TryGetValue(response.Id, out var answer) || answer.DoneAt is not null) return step;
        var calls = response.Status is "completed" or null && Facts.Tools.Count > 0 // else nothing says how a call ends
            ? response.Calls.Select(call => call.CallId).OfType<string>().Concat(answer.Calls.Select(call => call.Id)).Distinct() : [];
        return step.Then(trace => new(trace with
        {
            Answers = trace.Answers.SetItem(response.Id, answer with { DoneAt = now, End = response }),
            Calls = calls.Aggregate(trace.Calls, (known, id) => known.Count < Remembered && !known.ContainsKey(id)
                ? known.Add(id, new TracedCall(answer.Turn, now)) : known),
        }));
    }

    private Step Replied(AssistantReplied record, DateTimeOffset now) => new Step(
        this, new TelemetryDecision.Measure(Instruments.Heard, record.HeardMs, []))
        .Then(trace => trace.Answered(record.ResponseId, record, now));

    private Step Answered(ResponseId id, AssistantReplied? record, DateTimeOffset now)
    {
        if (!Answers.TryGetValue(id, out var answer)) return Stay;
        var turn = (record?.Turn is { } number ? Numbered(number) : null)
            ?? (answer.Turn is { } assumed ? Find(assumed, null) : null);
        var ended = answer.DoneAt ?? now;
        var error = answer.IsLost ? ConnectionLost : answer.End is { } end ? Failure(end) : "unfinished";
        var said = Facts.Format.Milliseconds(answer.SaidBytes);
        var about = Request(Facts, Chat, Facts.Model, ServerModel, OfConversation);
        var details = about
            .AddRange(answer.End is { } done
                ? Result(Facts, done, Facts.Prices.Cost(Answering, Usage.Read(done.Usage, Modality.Text)), record?.Text)
                : Of((Names.ResponseId, Bounded(id.Value))))
            .With(
                (Names.TimeToFirstChunk, (answer.FirstAudioAt - answer.From)?.TotalSeconds), (Names.SaidMs, said),
                (Names.HeardMs, record?.HeardMs));
        var (parent, links) = turn is not null ? (turn.Span, Links.Empty) : ParentOf(answer.Turn, record?.Turn);
        if (turn?.FailedAnswer is { } failed) links = links.Add(new SpanReference(failed, "retry"));
        var span = Next;
        var step = (this with { Answers = Answers.Remove(id) })
            .Report(parent, $"{Chat} {Facts.Model}", true, answer.From, ended, details, error, links)
            .Then(trace => trace.Took(ended - answer.From, about, error is null ? null : answer.IsLost ? ConnectionLost : "failed"))
            .Then(trace => new(trace, new TelemetryDecision.Measure(Instruments.Said, said, [])))
            .Then(trace => new(trace.Change(turn is null ? null : trace.Find(turn.Item, null), t =>
                t with { IsAnswered = true, FailedAnswer = error is null ? null : span })));
        if (record is not { HeardMs: > 0 and var heard }) return step;
        var (from, to) = Playout(record.StartedMs, heard, answer.FirstAudioAt ?? answer.From, now);
        return step.Then(trace => trace.Report(
            parent, "playout", false, from, to,
            Of((Names.SaidMs, said), (Names.HeardMs, heard), (Names.Status, Bounded(record.Status))), null));
    }

    // Where playback is faster than a voice, its end is not later than its record.
    private (DateTimeOffset From, DateTimeOffset To) Playout(
        long? startedMs, long heardMs, DateTimeOffset earliest, DateTimeOffset now)
    {
        var from = startedMs is { } ms && OpenedAt is { } opened ? opened.AddMilliseconds(ms) : now.AddMilliseconds(-heardMs);
        if (from < earliest) from = earliest;
        if (from > now) from = now;
        var to = from.AddMilliseconds(heardMs);
        return (from, to < now ? to : now);
    }

    private Step Returned(ToolCalled record, DateTimeOffset now)
    {
        var call = Calls.GetValueOrDefault(record.CallId);
        var item = (record.Turn is { } number ? Numbered(number)?.Item : null) ?? call?.Turn;
        var turn = item is { } known ? Find(known, null) : null;
        var (parent, links) = turn is not null ? (turn.Span, Links.Empty) : ParentOf(item, record.Turn);
        var name = Tool(Facts, record.Tool);
        return (this with { Calls = Calls.Remove(record.CallId) })
            .Report(parent, $"{ExecuteTool} {name}", false, call?.From ?? now, now,
                Of((Names.Operation, ExecuteTool), (Names.ToolName, name), (Names.ToolType, "function"),
                    (Names.ToolCallId, Bounded(record.CallId)), (Names.Status, record.Status.Name())),
                record.Status == ResultStatus.Completed ? null : record.Status.Name(), links);
    }
}
