using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;
using Attributes = System.Collections.Immutable.ImmutableArray<System.Collections.Generic.KeyValuePair<string, object?>>;
using Step = RealtimeAkka.Actors.Stations.Step<
    RealtimeAkka.Hosting.Telemetry.SessionTrace, RealtimeAkka.Hosting.Telemetry.TelemetryDecision>;

namespace RealtimeAkka.Hosting.Telemetry;

// What is measured besides.
public sealed partial record SessionTrace
{
    private Step Summarized(SessionSummary summary) => new(
        this,
        new TelemetryDecision.Measure(Instruments.LostSound, summary.Audio.DroppedMs, Of((Names.Direction, "input"))),
        new TelemetryDecision.Measure(Instruments.LostSound, summary.Audio.UnplayedMs, Of((Names.Direction, "output"))));

    private Step Used(string purpose, string operation, string model, string? answeredBy, Usage? usage)
    {
        if (usage is null) return Stay;
        var about = Request(Facts, operation, model, answeredBy, purpose);
        List<TelemetryDecision> measured = [];
        if (usage is Usage.Tokens tokens)
        {
            measured.Add(new TelemetryDecision.Measure(
                Instruments.TokenUsage, Input(tokens)!.Value, about.With((Names.TokenType, "input"))));
            measured.Add(new TelemetryDecision.Measure(
                Instruments.TokenUsage, Output(tokens)!.Value, about.With((Names.TokenType, "output"))));
        }
        if (Facts.Prices.Cost(answeredBy ?? model, usage) is { } usd)
            measured.Add(new TelemetryDecision.Measure(
                Instruments.Cost, (double)usd, Of((Names.Purpose, purpose), (Names.RequestModel, model))));
        return new(this, [.. measured]);
    }

    private Step Took(TimeSpan time, Attributes about, string? kind) => new(this, new TelemetryDecision.Measure(
        Instruments.OperationDuration, Math.Max(0, time.TotalSeconds), about.With((Names.ErrorType, kind))));
}
