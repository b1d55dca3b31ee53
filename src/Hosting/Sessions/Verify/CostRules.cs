using System.Globalization;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions.Verify;

/// <summary>Amounts that add up: within the summary, with the records, and with the usages on the wire.</summary>
internal static class CostRules
{
    // Amounts are written with six places.
    private const decimal Unit = 0.000001m;

    private const string Records = "turns.jsonl", Summary = "summary.json";

    public static IEnumerable<Finding> Findings(SessionEvidence s)
    {
        List<Charge> charges = [.. s.Records.SelectMany(Charges)];
        List<Finding> summary = s.Summary is { } own ? [.. Itself(own), .. AgainstRecords(own, s)] : [];
        List<Finding> wire = s.Wire is { } bill ? [.. charges.SelectMany(charge => AgainstWire(charge, bill, s))] : [];
        // Whoever changed a record has not changed all of them, and the sums with them.
        if (s.Wire is { } priced && wire.Count > 0 && summary.Count == 0 && wire.TrueForAll(finding => finding.Code == "cost_not_usage")
            && !charges.Exists(charge => charge.Usd > 0 && charge.On(priced) is { } known && !Differ(charge.Usd, known.Usd, 1)))
        {
            return [Warning("prices_differ", Records, null, "every cost was computed with other prices than this program has")];
        }
        return [.. wire, .. summary, .. s is { Summary: { } all, Wire.Totals: var totals, IsOpen: false } ? AgainstWire(all, totals) : []];
    }

    // What a record says that one result cost. Where several requests were made for it, the record has their sum.
    private static IEnumerable<Charge> Charges(RecordEvidence record)
    {
        var line = record.Line;
        switch (record.Of.Record)
        {
            case TurnRecord { Oob: var oob, Asr: var asr } turn:
                if (oob is { Attempts: 1, Usage: not null, ResponseId: { } transcription })
                    yield return new(line, $"the transcript of turn {turn.Turn}", transcription.Value, IsAsr: false, oob.CostUsd);
                if (asr.Usage is not null)
                    yield return new(line, $"the ASR transcript of turn {turn.Turn}", turn.ItemId.Value, IsAsr: true, asr.CostUsd);
                break;
            case AssistantReplied { Usage: not null } answer:
                yield return new(line, $"answer {answer.ResponseId.Value}", answer.ResponseId.Value, IsAsr: false, answer.CostUsd);
                break;
            case TaskCompleted { Usage: not null, Attempts: 1, ResponseId: { } response } task:
                yield return new(line, $"task {task.Task}", response.Value, IsAsr: false, task.CostUsd);
                break;
        }
    }

    private static IEnumerable<Finding> AgainstWire(Charge charge, WireBill bill, SessionEvidence s)
    {
        // A machine that loses power may keep a record and lose the end of the wire log, which is not flushed to the disk.
        if (charge.On(bill) is not { } wire)
        {
            if (SessionVerifier.IsFinished(s))
                yield return Damage("not_on_wire", Records, charge.Line, $"{charge.Of} has a usage, but wire.jsonl has none for it");
        }
        else if (Differ(charge.Usd, wire.Usd, 1))
        {
            yield return Damage("cost_not_usage", Records, charge.Line,
                $"{charge.Of} is charged with {Usd(charge.Usd)}, but its usage costs {Usd(wire.Usd)} (wire.jsonl:{wire.Line})");
        }
    }

    private static IEnumerable<Finding> AgainstWire(SessionSummary summary, LedgerMessages.Totals bill)
    {
        (string Name, decimal? Of, decimal? Wire)[] accounts =
        [
            ("oob", summary.Oob.Usd, bill.Transcription), ("asr", summary.Asr.Usd, bill.Asr),
            ("conversation", summary.Conversation.Usd, bill.Conversation), ("tasks", summary.Tasks.Usd, bill.Tasks.Usd),
        ];
        foreach (var (name, of, wire) in accounts.Where(account => Differ(account.Of, account.Wire, 1)))
            yield return Damage("summary_not_wire", Summary, null, $"{name}.usd is {Usd(of)}, the usages in wire.jsonl cost {Usd(wire)}");
        if (!summary.Unpriced.ToHashSet().SetEquals(bill.Unpriced))
            yield return Damage(
                "summary_unpriced", Summary, null, $"it names {Names(summary.Unpriced)} as unpriced, not {Names(bill.Unpriced)}");
    }

    private static IEnumerable<Finding> Itself(SessionSummary s)
    {
        decimal?[] parts = [s.Oob.Usd, s.Asr.Usd, s.Conversation.Usd, s.Tasks.Usd];
        var known = parts.Sum(part => part ?? 0m);
        // Of a part that is unknown, the total has what is known.
        if (parts.Contains(null) ? s.TotalUsd + 4 * Unit < known : Differ(s.TotalUsd, known, 4))
            yield return Damage("summary_total", Summary, null, $"the total is {Usd(s.TotalUsd)}, its parts are {Usd(known)}");
        if (PerTurn(s.Oob, s.Turns) || PerTurn(s.Asr, s.Turns))
            yield return Damage("summary_per_turn", Summary, null, "the cost per turn is not the cost over the turns");
        if (s.Tasks is { Usd: { } tasks, ByTask: var byTask } && !byTask.Values.Contains(null)
            && Differ(tasks, byTask.Values.Sum(), byTask.Count + 1))
            yield return Damage("summary_tasks", Summary, null, $"tasks.usd is {Usd(tasks)}, not {Usd(byTask.Values.Sum())}");
        if (IsRatioWrong(s))
            yield return Damage("oob_to_asr", Summary, null, string.Create(
                CultureInfo.InvariantCulture, $"oob_to_asr is {s.OobToAsr}, the costs give {SessionReport.Times(s.Oob.Usd, s.Asr.Usd)}"));
        if (parts.Contains(null) && s.Unpriced.Count == 0 && s.Unreported == 0)
            yield return Damage("summary_unpriced", Summary, null, "a cost is unknown, but no model without a price is named");
    }

    private static bool PerTurn(MethodCost cost, int turns) =>
        turns > 0 && Differ(cost.Usd / turns, cost.PerTurnUsd, 1);

    // The ratio is of exact costs; of those in the summary, it is known as exactly as the smaller of them is.
    private static bool IsRatioWrong(SessionSummary s)
    {
        if (s is not { Oob.Usd: { } oob, Asr.Usd: { } asr }) return s.OobToAsr is not null;
        if (asr < 10 * Unit) return false;
        return s.OobToAsr is not { } ratio
            || ratio < (double)((oob - Unit) / (asr + Unit)) - 0.006 || ratio > (double)((oob + Unit) / (asr - Unit)) + 0.006;
    }

    // Records never cost more than the summary. They cost less where something was charged that has no record: attempts that failed,
    // results that came too late, requests that were lost with a connection.
    private static IEnumerable<Finding> AgainstRecords(SessionSummary summary, SessionEvidence s)
    {
        var costs = new RecordedCosts(s.Setting("session.model") ?? "unknown", s.Setting("session.asr-model"));
        foreach (var record in s.Records) costs.Add(record.Of.Record);
        var recorded = costs.Summarize(s.Id, TimeSpan.Zero);
        var mayBeLess = s.Wire is not null || s.IsOpen || summary.Reconnects > 0 || summary.Exit != "completed" || recorded.Unreported > 0
            || s.Records.Any(record => record.Of.Record is TurnRecord { Oob.Attempts: > 1 } or TaskCompleted { Attempts: > 1 });
        var places = s.Records.Count + 1;
        foreach (var (name, own, sum) in (ReadOnlySpan<(string, decimal?, decimal?)>)[
            ("oob", summary.Oob.Usd, recorded.Oob.Usd), ("asr", summary.Asr.Usd, recorded.Asr.Usd),
            ("conversation", summary.Conversation.Usd, recorded.Conversation.Usd), ("tasks", summary.Tasks.Usd, recorded.Tasks.Usd)])
        {
            if (own is { } usd && sum is { } parts && (parts > usd + places * Unit || (!mayBeLess && Differ(usd, parts, places))))
                return [Damage("summary_not_records", Summary, null, $"{name}.usd is {Usd(usd)}, the records cost {Usd(parts)}")];
        }
        return [];
    }

    private static bool Differ(decimal? a, decimal? b, int places) =>
        a is null || b is null ? a is null != b is null : Math.Abs(a.Value - b.Value) > places * Unit;

    private static string Usd(decimal? usd) => Sinks.Money.Usd(usd);

    private static string Names(IReadOnlyCollection<string> models) => models.Count == 0 ? "nothing" : string.Join(", ", models);

    private static Finding Damage(string code, string file, int? line, string message) =>
        SessionVerifier.Damage(code, file, line, message);

    private static Finding Warning(string code, string file, int? line, string message) =>
        SessionVerifier.Warning(code, file, line, message);

    // Id: of the response, or of the item that the built-in transcript is of.
    private sealed record Charge(int Line, string Of, string Id, bool IsAsr, decimal? Usd)
    {
        public WireCharge? On(WireBill bill) =>
            (IsAsr ? bill.Transcripts : bill.Responses).TryGetValue(Id, out var charge) ? charge : null;
    }
}
