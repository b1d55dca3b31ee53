using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Pure.Tests.Configuration;

namespace RealtimeAkka.Pure.Tests.Telemetry;

/// <summary>What the settings of telemetry mean.</summary>
public class TelemetryPlanTests
{
    [Fact]
    public void Nothing_is_sent_and_no_word_is_shown_unless_it_is_asked_for()
    {
        var plan = Planned.By().Telemetry;
        Assert.Equal((null, false, false), (plan.Endpoint, plan.IsSent, plan.Transcripts));
    }

    [Fact]
    public void An_endpoint_is_spoken_to_by_its_protocol()
    {
        var plan = Planned.By(
            Shipped.Set("telemetry.otlp.endpoint", "https://collector.example:4317"), Shipped.Set("telemetry.otlp.protocol", "grpc"))
            .Telemetry;
        Assert.Equal(("https://collector.example:4317/", "grpc", true), (plan.Endpoint!.ToString(), plan.Protocol, plan.IsSent));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user:secret@127.0.0.1:4318")]
    [InlineData("http://127.0.0.1:4318?key=secret")]
    [InlineData("collector")]
    public void An_address_that_is_none_or_holds_a_secret_stops_the_start(string endpoint) => Assert.Contains(
        "telemetry.otlp.endpoint",
        Assert.Throws<ConfigException>(() => Planned.By(Shipped.Set("telemetry.otlp.endpoint", endpoint))).Message,
        StringComparison.Ordinal);
}
