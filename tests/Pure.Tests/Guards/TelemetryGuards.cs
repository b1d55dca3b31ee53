using System.Text.Json;
using System.Text.RegularExpressions;
using RealtimeAkka.Hosting.Telemetry;

namespace RealtimeAkka.Pure.Tests.Guards;

/// <summary>Telemetry stays in its place, and its documents name what there is.</summary>
public partial class TelemetryGuards
{
    [Fact]
    public void One_file_uses_the_diagnostics_of_NET_and_one_uses_OpenTelemetry()
    {
        Assert.Equal(["src/Hosting/Telemetry/HostTelemetry.cs"], Using(Diagnostics()));
        Assert.Equal(["src/Hosting/Telemetry/TelemetryExport.cs"], Using(OpenTelemetry()));
    }

    [Fact]
    public void Every_metric_is_documented_with_its_unit_and_its_name_in_Prometheus()
    {
        var text = File.ReadAllText(Repository.At("docs", "telemetry.md"));
        foreach (var i in Instruments.All)
            Assert.Contains($"| `{i.Name}` | `{InPrometheus(i)}` | `{i.Unit}` |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_dashboard_asks_for_metrics_that_exist_and_for_all_of_them()
    {
        var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.At("deploy", "grafana", "realtime-akka.json"))).RootElement;
        var asked = Expressions(dashboard)
            .SelectMany(expression => Metric().Matches(Labels().Replace(expression, "")).Select(match => match.Value)).ToHashSet();
        var known = Instruments.All.SelectMany(Series).ToHashSet();
        Assert.Empty(asked.Except(known));
        Assert.All(Instruments.All, instrument => Assert.Contains(Series(instrument), asked.Contains));
    }

    /// <summary>The name that the exporter for Prometheus gives to a metric; a histogram has several, which begin with it.</summary>
    internal static string InPrometheus(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        var total = instrument.Kind == InstrumentKind.Counter ? "_total" : "";
        return $"{instrument.Name.Replace('.', '_')}{unit}{total}";
    }

    private static IEnumerable<string> Series(Instrument instrument) => instrument.Kind == InstrumentKind.Histogram
        ? ((string[])["_bucket", "_sum", "_count"]).Select(part => InPrometheus(instrument) + part) : [InPrometheus(instrument)];

    private static IEnumerable<string> Expressions(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => property is { Name: "expr", Value: var text }
            ? [text.GetString()!] : Expressions(property.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Expressions),
        _ => [],
    };

    private static IEnumerable<string> Using(Regex what) =>
        Repository.Sources("src").Where(source => what.IsMatch(source.Text)).Select(source => source.Path);

    [GeneratedRegex(@"\busing System\.Diagnostics\.Metrics;|\bActivitySource\b")]
    private static partial Regex Diagnostics();

    [GeneratedRegex(@"\busing OpenTelemetry\b")]
    private static partial Regex OpenTelemetry();

    // What is in braces, and what sums are grouped by.
    [GeneratedRegex(@"\{[^}]*\}|\bby \([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\b(realtime_akka|gen_ai)_\w+")]
    private static partial Regex Metric();
}
