using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;

namespace RealtimeAkka.Hosting.Telemetry;

// Turns: the speech, the built-in transcript, the record, the end.
public sealed partial class SessionTrace
{
    private void Committed(ItemId item, DateTimeOffset now)
    {
        if (Find(item, null) is not null || HasEnded(item)) return;
        TracedSpeech? speech = _speaking.Remove(item, out var spoken) ? spoken : null;
        var span = Begin(Root, "turn", isRemote: false, speech?.From ?? now, []);
        _turns.Add(new TracedTurn(span, item, now) { SpokenTo = speech?.To, AwaitsAsr = facts.AsrModel is not null && _idle != item });
        if (speech is { } heard) Report(span, "speech", false, heard.From, heard.To ?? now, [], null, []);
        if (_earlyAsr.Remove(item, out var early)) Asr(item, early, now);
        if (_turns.Count > Remembered) EndTurn(_turns[0], null);
    }

    private void Asr(ItemId item, ServerEvent e, DateTimeOffset now)
    {
        if (facts.AsrModel is not { } model) return;
        var turn = Find(item, null);
        if (turn is null && _earlyAsr.Count < Remembered && !HasEnded(item))
        {
            _earlyAsr[item] = e;
            return;
        }
        if (e is AsrCompleted { Usage: var usage } && !_transcripts.Contains(item.Value))
        {
            _transcripts = _transcripts.With(item.Value);
            Used(OfAsr, Transcribe, model, null, Usage.Read(usage, Modality.Audio));
        }
        if (turn is not { AwaitsAsr: true }) return;
        var error = e is AsrFailed failed ? Bounded(failed.Error?.Reason ?? "failed") : null;
        EndAsr(turn, (e as AsrCompleted)?.Transcript, error, error is null ? null : "failed", now);
        turn.LastTranscriptAt = now;
    }

    private void EndAsr(TracedTurn turn, string? words, string? error, string? kind, DateTimeOffset at)
    {
        turn.AwaitsAsr = false;
        var about = Request(facts, Transcribe, facts.AsrModel!, null, OfAsr);
        Report(turn.Span, _transcription, true, turn.CommittedAt, at,
            about.With((Names.OutputMessages, Messages(facts, words))), error, []);
        Took(at - turn.CommittedAt, about, kind);
    }

    private void Published(TurnJoined record, DateTimeOffset now)
    {
        if (Find(record.ItemId, record.Turn) is null) Committed(record.ItemId, now);
        if (Find(record.ItemId, record.Turn) is not { } turn) return;
        (turn.Record, turn.Number, _joined) = (record, record.Turn, Math.Max(_joined, record.Turn));
        Latency("oob", record.Oob.LatencyMs, record.Oob.Status);
        Latency(OfAsr, record.Asr.LatencyMs, record.Asr.Status);
        if (turn.LastTranscriptAt is { } last) output.Measure(Instruments.TurnJoin, (now - last).TotalSeconds, []);
        output.Measure(Instruments.Turns, 1, Of((Names.Verdict, Verdict(record))));
        foreach (var request in RequestsFor(turn.Item)) EndRequest(request, [], Unanswered(record.Oob.Status), now);
        if (!turn.AwaitsAsr) return;
        var error = turn.AsrLostAt is null ? Unanswered(record.Asr.Status) : ConnectionLost;
        EndAsr(turn, null, error, error, turn.AsrLostAt ?? now);
    }

    private List<TracedRequest> RequestsFor(ItemId turn) =>
        _requests.FindAll(request => request.Task == OutOfBandRequest.Transcription && request.Turn == turn);

    private void Latency(string witness, long? ms, ResultStatus status)
    {
        if (ms is { } known)
            output.Measure(Instruments.TranscriptLatency, known / 1000.0, Of((Names.Witness, witness), (Names.Status, status.Name())));
    }

    private bool IsOver(TracedTurn turn, DateTimeOffset now) =>
        turn.Record is not null && !turn.AwaitsAsr && now - turn.LastEnd >= Linger && (turn.IsAnswered || turn.Span != _turns[^1].Span)
        && !IsReferredTo(turn.Item);

    private bool IsReferredTo(ItemId turn) => _requests.Exists(request => request.Turn == turn) || _tasks.Exists(task => task.Turn == turn)
        || _answers.Values.Any(answer => answer.Turn == turn) || _calls.Values.Any(call => call.Turn == turn);

    private void EndTurnsThatAreOver(DateTimeOffset now)
    {
        for (var i = 0; i < _turns.Count;)
        {
            if (IsOver(_turns[i], now)) EndTurn(_turns[i], null);
            else i++;
        }
    }

    private void EndTurn(TracedTurn turn, string? error)
    {
        if (turn.AwaitsAsr) EndAsr(turn, null, ConnectionLost, ConnectionLost, turn.AsrLostAt ?? turn.LastEnd);
        _turns.Remove(turn);
        if (_endedTurns.Count == Remembered) _endedTurns.Dequeue();
        _endedTurns.Enqueue(new EndedTurn(turn.Item, turn.Number, turn.Span));
        var record = turn.Record;
        output.End(turn.Span, new SpanEnd(
            turn.LastEnd,
            Of((Names.Conversation, facts.Session), (Names.Turn, turn.Number), (Names.Item, Bounded(turn.Item.Value)),
                (Names.TurnSource, record?.Source), (Names.Verdict, record is null ? null : Verdict(record)),
                (Names.Flags, record is { Flags.Count: > 0 } ? record.Flags.ToArray() : null),
                (Names.Words, Words(facts, record?.Words))),
            error ?? (record is null ? "unfinished" : null)));
    }

    private static string Verdict(TurnRecord record) => record.Verdict?.ToString().ToLowerInvariant() ?? "none";
}
