namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Where traces and metrics go.</summary>
/// <param name="Endpoint">Receives them by OTLP; null: as the environment says.</param>
/// <param name="Protocol">That of <paramref name="Endpoint"/>, by the names of OpenTelemetry.</param>
/// <param name="Prometheus"><c>serve</c> offers the metrics to Prometheus.</param>
/// <param name="Transcripts">Words of the caller and the assistant are part of the spans.</param>
public sealed record TelemetryPlan(Uri? Endpoint, string Protocol, bool Prometheus, bool Transcripts)
{
    /// <summary>The variable of OpenTelemetry that names the receiver.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The variable of OpenTelemetry that names the protocol.</summary>
    public const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Traces and metrics are sent by OTLP.</summary>
    public bool IsSent => Endpoint is not null || EnvironmentVariable.Read(EndpointVariable) is not null;

    /// <summary><c>serve</c> gives them away in one way or the other.</summary>
    public bool IsServed => IsSent || Prometheus;
}
