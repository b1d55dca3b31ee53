using System.Collections.Immutable;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>A span of a session, numbered from 1 in the order in which the spans begin.</summary>
public readonly record struct SpanNumber(int Value);

/// <summary>A span refers to an earlier one, for this reason.</summary>
public readonly record struct SpanReference(SpanNumber To, string Reason);

/// <summary>What <see cref="SessionTrace"/> wants to be reported.</summary>
public abstract record TelemetryDecision
{
    private TelemetryDecision() { }

    /// <summary>
    /// Begin this span. <c>Parent</c>: null for the root; <c>IsRemote</c>: another process does the work; <c>Links</c>: earlier spans that
    /// are not its parents.
    /// </summary>
    public sealed record Begin(SpanNumber Span, SpanNumber? Parent, string Name, bool IsRemote, DateTimeOffset At) : TelemetryDecision
    {
        /// <summary>Earlier spans that are not its parents.</summary>
        public ImmutableArray<SpanReference> Links { get; init; } = [];
    }

    /// <summary>A span that has begun refers to an earlier one.</summary>
    public sealed record Link(SpanNumber From, SpanReference To) : TelemetryDecision;

    /// <summary>End this span; <c>Error</c>: why it failed, null if it did not.</summary>
    public sealed record End(SpanNumber Span, DateTimeOffset At, ImmutableArray<KeyValuePair<string, object?>> Attributes, string? Error)
        : TelemetryDecision;

    /// <summary>A span that is over when it is reported. None refers to it later, unless it failed.</summary>
    public sealed record Report(Begin From, End To) : TelemetryDecision;

    /// <summary>Add this value to a metric.</summary>
    public sealed record Measure(Instrument Instrument, double Value, ImmutableArray<KeyValuePair<string, object?>> Attributes)
        : TelemetryDecision;
}
