using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Lab;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>The records of <c>lab run --json</c> (docs/contract.md 9), one JSON object per line.</summary>
public static class LabJson
{
    /// <summary>One answer.</summary>
    public static string Result(LabResult result) => JsonLine.Of(json =>
    {
        var (answer, turn) = (result.Answer, result.Answer.Turn);
        json.WriteString("type", "result");
        json.WriteString("variant", answer.Variant);
        json.WriteNumber("turn", turn.Turn);
        json.WriteString("audio", turn.Name);
        json.WriteNumber("repeat", answer.Repeat);
        json.WriteString("language", turn.Language);
        json.WriteString("reference", turn.Reference);
        json.WriteString("text", answer.Text);
        Ratio(json, "wer", result.Wer);
        Ratio(json, "cer", result.Cer);
        Entities(json, result.Right, result.Wrong);
        json.WriteBoolean("exact", result.IsExact);
        json.WriteBoolean("hallucinated", result.IsHallucinated);
        json.WriteBoolean("empty", result.IsEmpty);
        Usd(json, "usd", answer.Usd);
        Usd(json, "cold_usd", answer.ColdUsd);
        Milliseconds(json, "latency_ms", answer.LatencyMs);
        json.WriteString("error", answer.Error);
    });

    /// <summary>The figures of a variant.</summary>
    public static string Variant(LabVariant variant) => JsonLine.Of(json =>
    {
        json.WriteString("type", "variant");
        json.WriteString("variant", variant.Name);
        json.WriteNumber("turns", variant.Turns);
        json.WriteNumber("answers", variant.Answers);
        Ratio(json, "wer", variant.Wer);
        Ratio(json, "cer", variant.Cer);
        Entities(json, variant.Right, variant.Wrong);
        Ratio(json, "exact", variant.Exact);
        json.WriteNumber("hallucinated", variant.Hallucinated);
        json.WriteNumber("empty", variant.Empty);
        json.WriteNumber("missing", variant.Missing);
        Usd(json, "usd_per_turn", variant.UsdPerTurn);
        Usd(json, "cold_usd_per_turn", variant.ColdUsdPerTurn);
        json.WriteStartObject("latency_ms");
        Milliseconds(json, "p50", variant.LatencyP50);
        Milliseconds(json, "p95", variant.LatencyP95);
        json.WriteEndObject();
    });

    /// <summary>A pair of variants by one metric.</summary>
    public static string Comparison(LabComparison comparison) => JsonLine.Of(json =>
    {
        json.WriteString("type", "comparison");
        json.WriteString("a", comparison.A);
        json.WriteString("b", comparison.B);
        json.WriteString("metric", Name(comparison.Metric));
        json.WriteNumber("turns", comparison.Turns);
        Figure(json, "difference", comparison.Estimate?.Difference, comparison.Metric);
        Figure(json, "low", comparison.Estimate?.Low, comparison.Metric);
        Figure(json, "high", comparison.Estimate?.High, comparison.Metric);
        Ratio(json, "p", comparison.Estimate?.P);
        json.WriteString("verdict", comparison.Verdict.ToString().ToLowerInvariant());
    });

    /// <summary>The name of a metric.</summary>
    public static string Name(LabMetric metric) => metric.ToString().ToLowerInvariant();

    private static void Entities(Utf8JsonWriter json, int right, int wrong)
    {
        json.WriteStartObject("entities");
        json.WriteNumber("right", right);
        json.WriteNumber("wrong", wrong);
        json.WriteEndObject();
    }

    private static void Figure(Utf8JsonWriter json, string name, double? value, LabMetric metric)
    {
        if (metric == LabMetric.Usd) Usd(json, name, value is { } usd ? (decimal)usd : null);
        else Ratio(json, name, value);
    }

    private static void Ratio(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } ratio) json.WriteNumber(name, Math.Round(ratio, 4));
        else json.WriteNull(name);
    }

    private static void Milliseconds(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } ms) json.WriteNumber(name, (long)Math.Round(ms));
        else json.WriteNull(name);
    }

    private static void Usd(Utf8JsonWriter json, string name, decimal? value)
    {
        json.WritePropertyName(name);
        if (value is { } usd) json.WriteRawValue(usd.ToString("F6", CultureInfo.InvariantCulture));
        else json.WriteNullValue();
    }
}
