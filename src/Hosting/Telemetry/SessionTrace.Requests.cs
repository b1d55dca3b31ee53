using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;
using Attributes = System.Collections.Immutable.ImmutableArray<System.Collections.Generic.KeyValuePair<string, object?>>;
using Links = System.Collections.Immutable.ImmutableArray<RealtimeAkka.Hosting.Telemetry.SpanReference>;

namespace RealtimeAkka.Hosting.Telemetry;

// Requests beside the conversation, and the tasks that they are for.
public sealed partial class SessionTrace
{
    private void Requested(EventId? id, IReadOnlyDictionary<string, string> metadata, DateTimeOffset now)
    {
        var task = metadata[OutOfBandMetadata.Task];
        var item = ItemId.Of(metadata.GetValueOrDefault(OutOfBandMetadata.Item, "-"));
        var number = Number(metadata, OutOfBandMetadata.Turn);
        if (task == OutOfBandRequest.Transcription) Replayed(item, number);
        var turn = Find(item, number);
        if (turn is not null) turn.Number = number;
        if (task != OutOfBandRequest.Transcription) BeginTask(task, item, number, now);

        var (parent, links) = FindTask(task, number) is { } begun ? (begun.Span, Links.Empty) : ParentOf(item, number);
        if (_attempts.TryGetValue((task, number), out var before)) links = links.Add(new SpanReference(before, "retry"));
        else if (_attempts.Count == Remembered) _attempts.Clear();
        if (_requests.Count == Remembered) _requests.RemoveAt(0);
        var span = Begin(parent, _chat, isRemote: true, now, links);
        _requests.Add(new TracedRequest(
            span, id, task, item, number, Number(metadata, OutOfBandMetadata.Attempt), turn?.Item ?? item, now));
        _attempts[(task, number)] = span;
    }

    // The connection was lost while the turn was open: it is transcribed again, as another item under the same number.
    private void Replayed(ItemId item, int number)
    {
        if (Find(item, null) is not { } turn) return;
        foreach (var before in _turns)
        {
            if (before.Number != number || before.Item == item || before.Record is not null) continue;
            output.Link(turn.Span, new SpanReference(before.Span, "replay"));
            EndTurn(before, ConnectionLost);
            return;
        }
    }

    private void BeginTask(string task, ItemId item, int number, DateTimeOffset now)
    {
        if (FindTask(task, number) is not null || _tasks.Count == Remembered) return;
        var (parent, links) = ParentOf(item, number);
        _tasks.Add(new TracedTask(
            Begin(parent, $"task {task}", isRemote: false, now, links), task, number, Find(item, number)?.Item ?? item));
    }

    private TracedTask? FindTask(string task, int number)
    {
        foreach (var known in _tasks)
            if (known.Task == task && known.Number == number) return known;
        return null;
    }

    private void Rejected(EventId id, ErrorDetail error, DateTimeOffset now)
    {
        if (_requests.Find(request => request.Event == id) is { } request) EndRequest(request, [], Bounded(error.Reason), now);
    }

    private void EndRequest(TracedRequest request, Attributes result, string? error, DateTimeOffset now, string? kind = null)
    {
        var about = Request(facts, Chat, facts.Model, _serverModel, request.Task);
        Find(request.Turn, null)?.Until(now);
        _requests.Remove(request);
        output.End(request.Span, new SpanEnd(now, about.With((Names.Attempt, request.Attempt)).AddRange(result), error));
        Took(now - request.SentAt, about, kind ?? (error is null ? null : "failed"));
    }

    private void Completed(TaskCompleted record, DateTimeOffset now)
    {
        foreach (var request in _requests.FindAll(r => r.Task == record.Task && r.Number == record.Turn))
            EndRequest(request, [], Unanswered(record.Status), now);
        var error = record.Status is ResultStatus.Completed or ResultStatus.Empty ? null : record.Status.Name();
        if (FindTask(record.Task, record.Turn) is { } task) EndTask(task, error, now);
        // It was never sent.
        else if (Numbered(record.Turn) is { } turn)
            Report(
                turn.Span, $"task {record.Task}", false, now.AddMilliseconds(-(record.LatencyMs ?? 0)), now,
                Of((Names.Task, record.Task)), error, []);
    }

    private void EndTask(TracedTask task, string? error, DateTimeOffset now)
    {
        Find(task.Turn, null)?.Until(now);
        _tasks.Remove(task);
        output.End(task.Span, new SpanEnd(now, Of((Names.Task, task.Task)), error));
    }
}
