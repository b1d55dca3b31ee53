using Attributes = System.Collections.Immutable.ImmutableArray<System.Collections.Generic.KeyValuePair<string, object?>>;
using Links = System.Collections.Immutable.ImmutableArray<RealtimeAkka.Hosting.Telemetry.SpanReference>;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>A span of a session, numbered from 1 in the order in which the spans begin.</summary>
public readonly record struct SpanNumber(int Value);

/// <summary>A span refers to an earlier one, for this reason.</summary>
public readonly record struct SpanReference(SpanNumber To, string Reason);

/// <summary>How a span begins.</summary>
/// <param name="Span">Its number.</param>
/// <param name="Parent">Null: it is the root.</param>
/// <param name="Name">What is done.</param>
/// <param name="IsRemote">Another process does the work.</param>
/// <param name="At">When it begins.</param>
/// <param name="Links">Earlier spans that it refers to and that are not its parents.</param>
public readonly record struct SpanBegin(SpanNumber Span, SpanNumber? Parent, string Name, bool IsRemote, DateTimeOffset At, Links Links);

/// <summary>How a span ends.</summary>
/// <param name="At">When it ends.</param>
/// <param name="Attributes">What is known of it.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
public readonly record struct SpanEnd(DateTimeOffset At, Attributes Attributes, string? Error);

/// <summary>Gets what <see cref="SessionTrace"/> wants to be reported.</summary>
public interface ITraceOutput
{
    /// <summary>A span begins.</summary>
    void Begin(in SpanBegin begin);

    /// <summary>A span that has begun refers to an earlier one.</summary>
    void Link(SpanNumber from, SpanReference to);

    /// <summary>A span that has begun ends.</summary>
    void End(SpanNumber span, in SpanEnd end);

    /// <summary>A span that is over when it is reported. None refers to it later, unless it failed.</summary>
    void Report(in SpanBegin begin, in SpanEnd end);

    /// <summary>A metric gets this value.</summary>
    void Measure(Instrument instrument, double value, Attributes attributes);
}
