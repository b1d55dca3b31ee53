using RealtimeAkka.Invariants.Output;
using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants.Rules;

/// <summary>
/// The ledger matches the wire: each response and each ASR transcript is charged once, even if received repeatedly or on several
/// connections.
/// </summary>
internal static class UsageIsChargedOnce
{
    public static IEnumerable<string> Violations(SessionEvidence s)
    {
        if (s.Output.Session is not { } session || Tariff.Of(session.Text("model")) is not { } model) yield break;
        var asr = Tariff.Of(session.Text("asr_model"));

        foreach (var turn in s.Output.Turns.Select(s.Output.Final))
            foreach (var violation in Turn(turn, s.Wire, model, asr)) yield return violation;

        if (s.Output.Summary is not { } summary) yield break;
        var responses = s.Wire.Connections.SelectMany(c => c.Responses).Where(r => r.Done is not null).ToList();
        decimal Sum(Func<WireResponse, bool> which) => responses.Where(which).Sum(r => model.Cost(r.Usage));
        (string Name, decimal Expected)[] accounts =
        [
            ("oob", Sum(r => r.Task == "transcription")),
            ("tasks", Sum(r => r.Task is not (null or "transcription"))),
            ("conversation", Sum(r => r.Task is null)),
            ("asr", asr is null ? 0 : s.Wire.Connections.SelectMany(c => c.Asr.Values).Sum(word => asr.Cost(word.Usage))),
        ];
        foreach (var (name, expected) in accounts)
        {
            if (summary.Amount($"{name}.usd") is { } charged && charged != Rounded(expected))
                yield return $"The summary charges {charged} USD for {name}, but the usage on the wire, each once, costs {Rounded(expected)}.";
        }
    }

    // A turn with a single request costs exactly the usage of its response.
    private static IEnumerable<string> Turn(ToldTurn turn, WireLog wire, Tariff model, Tariff? asr)
    {
        if (wire.Find(turn.ItemId) is not var (connection, _)) yield break;
        if (turn.Oob is { Attempts: 1, CostUsd: { } oob } && connection.Response(turn.Oob.ResponseId) is { Done: not null } response
            && oob != Rounded(model.Cost(response.Usage)))
            yield return $"{turn.Name}: the model's transcript is charged with {oob} USD, but response {response.Id} (line {response.Done.Line}) cost {Rounded(model.Cost(response.Usage))}.";
        if (asr is not null && turn.Asr is { Status: "completed" or "empty", CostUsd: { } heard }
            && connection.Asr.GetValueOrDefault(turn.ItemId) is { } word && heard != Rounded(asr.Cost(word.Usage)))
            yield return $"{turn.Name}: the ASR transcript is charged with {heard} USD, but it cost {Rounded(asr.Cost(word.Usage))} (line {word.Event.Line}).";
    }

    private static decimal Rounded(decimal usd) => Math.Round(usd, 6, MidpointRounding.AwayFromZero);
}
