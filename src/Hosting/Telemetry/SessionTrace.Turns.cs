using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;
using Step = RealtimeAkka.Actors.Stations.Step<
    RealtimeAkka.Hosting.Telemetry.SessionTrace, RealtimeAkka.Hosting.Telemetry.TelemetryDecision>;

namespace RealtimeAkka.Hosting.Telemetry;

// Turns: the speech, the built-in transcript, the record, the end.
public sealed partial record SessionTrace
{
    private Step Committed(ItemId item, DateTimeOffset now)
    {
        if (Find(item, null) is not null || EndedTurns.Exists(turn => turn.Item == item)) return Stay;
        TracedSpeech? speech = Speaking.TryGetValue(item, out var spoken) ? spoken : null;
        var turn = new TracedTurn(Next, item, now, now)
            { SpokenTo = speech?.To, AwaitsAsr = Facts.AsrModel is not null && Idle != item };
        var step = new Step(
            this with { Spans = Next.Value, Turns = Turns.Add(turn), Speaking = Speaking.Remove(item), EarlyAsr = EarlyAsr.Remove(item) },
            new TelemetryDecision.Begin(turn.Span, Root, "turn", IsRemote: false, speech?.From ?? now));
        if (speech is { } heard)
            step = step.Then(trace => trace.Report(turn.Span, "speech", false, heard.From, heard.To ?? now, [], null));
        if (EarlyAsr.TryGetValue(item, out var early)) step = step.Then(trace => trace.Asr(item, early.Event, now));
        return Turns.Length < Remembered ? step : step.Then(trace => trace.EndTurn(trace.Turns[0], null));
    }

    private Step Asr(ItemId item, ServerEvent e, DateTimeOffset now)
    {
        if (Facts.AsrModel is not { } model) return Stay;
        var turn = Find(item, null);
        if (turn is null && EarlyAsr.Count < Remembered && !EndedTurns.Exists(t => t.Item == item))
            return new(this with { EarlyAsr = EarlyAsr.SetItem(item, (e, now)) });
        var step = e is AsrCompleted { Usage: var usage } && !Transcripts.Contains(item.Value)
            ? (this with { Transcripts = Transcripts.With(item.Value) }).Used(
                OfAsr, Transcribe, model, null, Usage.Read(usage, Modality.Audio)) : Stay;
        if (turn is not { AwaitsAsr: true }) return step;
        var (words, error) = e switch
        {
            AsrFailed failed => (null, Bounded(failed.Error?.Reason ?? "failed")),
            AsrCompleted done => (done.Transcript, null),
            _ => ((string?)null, (string?)null),
        };
        return step.Then(trace => trace.EndAsr(turn, words, error, error is null ? null : "failed", now))
            .Then(trace => new(trace.Change(trace.Find(item, null), t => t with { LastTranscriptAt = now })));
    }

    private Step EndAsr(TracedTurn turn, string? words, string? error, string? kind, DateTimeOffset at)
    {
        var about = Request(Facts, Transcribe, Facts.AsrModel!, null, OfAsr);
        return (this with { Turns = Turns.Replace(turn, turn with { AwaitsAsr = false }) })
            .Report(turn.Span, $"{Transcribe} {Facts.AsrModel}", true, turn.CommittedAt, at,
                about.With((Names.OutputMessages, Messages(Facts, words))), error)
            .Then(trace => trace.Took(at - turn.CommittedAt, about, kind));
    }

    private Step Published(TurnJoined record, DateTimeOffset now)
    {
        var step = Find(record.ItemId, record.Turn) is null ? Committed(record.ItemId, now) : Stay;
        return step.Then(trace => trace.Joining(record, now));
    }

    private Step Joining(TurnJoined record, DateTimeOffset now)
    {
        if (Find(record.ItemId, record.Turn) is not { } turn) return Stay;
        ImmutableArray<TelemetryDecision> measured =
        [
            .. Latency("oob", record.Oob.LatencyMs, record.Oob.Status), .. Latency(OfAsr, record.Asr.LatencyMs, record.Asr.Status),
            .. turn.LastTranscriptAt is { } last
            ? (TelemetryDecision[])[new TelemetryDecision.Measure(Instruments.TurnJoin, (now - last).TotalSeconds, [])] : [],
            new TelemetryDecision.Measure(Instruments.Turns, 1, Of((Names.Verdict, Verdict(record)))),
        ];
        var step = new Step(
            Change(turn, t => t with { Record = record, Number = record.Turn }) with { Joined = Math.Max(Joined, record.Turn) }, measured);
        foreach (var request in Requests.Where(r => r.Task == OutOfBandRequest.Transcription && r.Turn == turn.Item))
            step = step.Then(trace => trace.EndRequest(request, [], Unanswered(record.Oob.Status), now));
        if (!turn.AwaitsAsr) return step;
        var error = turn.AsrLostAt is null ? Unanswered(record.Asr.Status) : ConnectionLost;
        return step.Then(trace => trace.Find(turn.Item, null) is { } open
            ? trace.EndAsr(open, null, error, error, turn.AsrLostAt ?? now) : trace.Stay);
    }

    private static IEnumerable<TelemetryDecision> Latency(string witness, long? ms, ResultStatus status) => ms is not { } known ? []
        : [new TelemetryDecision.Measure(
            Instruments.TranscriptLatency, known / 1000.0, Of((Names.Witness, witness), (Names.Status, status.Name())))];

    private bool IsOver(TracedTurn turn, DateTimeOffset now) =>
        turn.Record is not null && !turn.AwaitsAsr && now - turn.LastEnd >= Linger && (turn.IsAnswered || turn.Span != Turns[^1].Span)
        && !Requests.Any(r => r.Turn == turn.Item) && !Tasks.Any(t => t.Turn == turn.Item)
        && !Answers.Any(a => a.Value.Turn == turn.Item) && !Calls.Any(c => c.Value.Turn == turn.Item);

    private Step EndTurnsThatAreOver(DateTimeOffset now)
    {
        var step = Stay;
        foreach (var turn in Turns)
            if (IsOver(turn, now)) step = step.Then(trace => trace.EndTurn(turn, null));
        return step;
    }

    private Step EndAllTurns()
    {
        var step = Stay;
        foreach (var turn in Turns) step = step.Then(trace => trace.EndTurn(turn, null));
        return step;
    }

    private Step EndTurn(TracedTurn turn, string? error)
    {
        if (turn.AwaitsAsr) return EndAsr(turn, null, ConnectionLost, ConnectionLost, turn.AsrLostAt ?? turn.LastEnd)
            .Then(trace => trace.EndTurn(trace.Find(turn.Item, null)!, error));
        var ended = EndedTurns.Count < Remembered ? EndedTurns : EndedTurns.RemoveAt(0);
        var record = turn.Record;
        return new(
            this with { Turns = Turns.Remove(turn), EndedTurns = ended.Add(new EndedTurn(turn.Item, turn.Number, turn.Span)) },
            new TelemetryDecision.End(
                turn.Span, turn.LastEnd,
                Of((Names.Conversation, Facts.Session), (Names.Turn, turn.Number), (Names.Item, Bounded(turn.Item.Value)),
                    (Names.TurnSource, record?.Source), (Names.Verdict, record is null ? null : Verdict(record)),
                    (Names.Flags, record is { Flags.Count: > 0 } ? record.Flags.ToArray() : null),
                    (Names.Words, Words(Facts, record?.Words))),
                error ?? (record is null ? "unfinished" : null)));
    }

    private static string Verdict(TurnRecord record) => record.Verdict?.ToString().ToLowerInvariant() ?? "none";
}
