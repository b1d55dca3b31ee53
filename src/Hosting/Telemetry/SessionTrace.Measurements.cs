using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;
using Attributes = System.Collections.Immutable.ImmutableArray<System.Collections.Generic.KeyValuePair<string, object?>>;

namespace RealtimeAkka.Hosting.Telemetry;

// What is measured besides.
public sealed partial class SessionTrace
{
    private void Summarized(SessionSummary summary)
    {
        output.Measure(Instruments.LostSound, summary.Audio.DroppedMs, Of((Names.Direction, "input")));
        output.Measure(Instruments.LostSound, summary.Audio.UnplayedMs, Of((Names.Direction, "output")));
    }

    private void Used(string purpose, string operation, string model, string? answeredBy, Usage? usage)
    {
        if (usage is null) return;
        if (usage is Usage.Tokens tokens)
        {
            var about = Request(facts, operation, model, answeredBy, purpose);
            output.Measure(Instruments.TokenUsage, Input(tokens)!.Value, about.With((Names.TokenType, "input")));
            output.Measure(Instruments.TokenUsage, Output(tokens)!.Value, about.With((Names.TokenType, "output")));
        }
        if (facts.Prices.Cost(answeredBy ?? model, usage) is { } usd)
            output.Measure(Instruments.Cost, (double)usd, Of((Names.Purpose, purpose), (Names.RequestModel, model)));
    }

    private void Took(TimeSpan time, Attributes about, string? kind) =>
        output.Measure(Instruments.OperationDuration, Math.Max(0, time.TotalSeconds), about.With((Names.ErrorType, kind)));
}
