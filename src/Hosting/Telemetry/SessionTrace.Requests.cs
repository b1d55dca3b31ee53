using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;
using Attributes = System.Collections.Immutable.ImmutableArray<System.Collections.Generic.KeyValuePair<string, object?>>;
using Links = System.Collections.Immutable.ImmutableArray<RealtimeAkka.Hosting.Telemetry.SpanReference>;
using Step = RealtimeAkka.Actors.Stations.Step<
    RealtimeAkka.Hosting.Telemetry.SessionTrace, RealtimeAkka.Hosting.Telemetry.TelemetryDecision>;

namespace RealtimeAkka.Hosting.Telemetry;

// Requests beside the conversation, and the tasks that they are for.
public sealed partial record SessionTrace
{
    private Step Requested(EventId? id, IReadOnlyDictionary<string, string> metadata, DateTimeOffset now)
    {
        var task = metadata[OutOfBandMetadata.Task];
        var item = ItemId.Of(metadata.GetValueOrDefault(OutOfBandMetadata.Item, "-"));
        var number = Number(metadata, OutOfBandMetadata.Turn);
        var step = (task == OutOfBandRequest.Transcription ? Replayed(item, number) : Stay)
            .Then(trace => new(trace.Change(trace.Find(item, number), turn => turn with { Number = number })));
        if (task != OutOfBandRequest.Transcription) step = step.Then(trace => trace.BeginTask(task, item, number, now));
        return step.Then(trace =>
        {
            var (parent, links) = trace.Tasks.FirstOrDefault(t => t.Task == task && t.Number == number) is { } begun
                ? (begun.Span, Links.Empty)
                : trace.ParentOf(item, number);
            if (trace.Attempts.TryGetValue((task, number), out var before)) links = links.Add(new SpanReference(before, "retry"));
            var attempt = Number(metadata, OutOfBandMetadata.Attempt);
            var request = new TracedRequest(
                trace.Next, id, task, item, number, attempt, trace.Find(item, number)?.Item ?? item, now);
            var attempts = trace.Attempts.Count < Remembered ? trace.Attempts : trace.Attempts.Clear();
            var requests = trace.Requests.Length < Remembered ? trace.Requests : trace.Requests.RemoveAt(0);
            return new(
                trace with
                {
                    Spans = trace.Next.Value, Requests = requests.Add(request),
                    Attempts = attempts.SetItem((task, number), trace.Next),
                },
                new TelemetryDecision.Begin(trace.Next, parent, $"{Chat} {Facts.Model}", IsRemote: true, now) { Links = links });
        });
    }

    // The connection was lost while the turn was open: it is transcribed again, as another item under the same number.
    private Step Replayed(ItemId item, int number)
    {
        if (Find(item, null) is not { } turn
            || Turns.FirstOrDefault(t => t.Number == number && t.Item != item && t.Record is null) is not { } before) return Stay;
        return new Step(this, new TelemetryDecision.Link(turn.Span, new SpanReference(before.Span, "replay")))
            .Then(trace => trace.EndTurn(before, ConnectionLost));
    }

    private Step BeginTask(string task, ItemId item, int number, DateTimeOffset now)
    {
        if (Tasks.Any(t => t.Task == task && t.Number == number) || Tasks.Length == Remembered) return Stay;
        var (parent, links) = ParentOf(item, number);
        var begun = new TracedTask(Next, task, number, Find(item, number)?.Item ?? item);
        return new(
            this with { Spans = Next.Value, Tasks = Tasks.Add(begun) },
            new TelemetryDecision.Begin(begun.Span, parent, $"task {task}", IsRemote: false, now) { Links = links });
    }

    private Step Rejected(EventId id, ErrorDetail error, DateTimeOffset now) =>
        Requests.FirstOrDefault(r => r.Event == id) is { } request ? EndRequest(request, [], Bounded(error.Reason), now) : Stay;

    private Step EndRequest(TracedRequest request, Attributes result, string? error, DateTimeOffset now, string? kind = null)
    {
        var about = Request(Facts, Chat, Facts.Model, ServerModel, request.Task);
        var next = Change(Find(request.Turn, null), turn => turn.Until(now)) with { Requests = Requests.Remove(request) };
        return new Step(next, new TelemetryDecision.End(
            request.Span, now, about.With((Names.Attempt, request.Attempt)).AddRange(result), error))
            .Then(trace => trace.Took(now - request.SentAt, about, kind ?? (error is null ? null : "failed")));
    }

    private Step Completed(TaskCompleted record, DateTimeOffset now)
    {
        var step = Stay;
        foreach (var request in Requests.Where(r => r.Task == record.Task && r.Number == record.Turn))
            step = step.Then(trace => trace.EndRequest(request, [], Unanswered(record.Status), now));
        var error = record.Status is ResultStatus.Completed or ResultStatus.Empty ? null : record.Status.Name();
        if (Tasks.FirstOrDefault(t => t.Task == record.Task && t.Number == record.Turn) is { } task)
            return step.Then(trace => trace.EndTask(task, error, now));
        // It was never sent.
        return step.Then(trace => trace.Numbered(record.Turn) is not { } turn ? trace.Stay
            : trace.Report(
                turn.Span, $"task {record.Task}", false, now.AddMilliseconds(-(record.LatencyMs ?? 0)), now,
                Of((Names.Task, record.Task)), error));
    }

    private Step EndTask(TracedTask task, string? error, DateTimeOffset now) => new(
        Change(Find(task.Turn, null), turn => turn.Until(now)) with { Tasks = Tasks.Remove(task) },
        new TelemetryDecision.End(task.Span, now, Of((Names.Task, task.Task)), error));
}
