using System.Collections.Immutable;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>How the values of an instrument are added up.</summary>
public enum InstrumentKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,
    /// <summary>A distribution.</summary>
    Histogram,
    /// <summary>A value that is read when somebody asks.</summary>
    Gauge,
}

/// <summary>One metric.</summary>
/// <param name="Name">Its name, as in docs/telemetry.md.</param>
/// <param name="Kind">How its values are added up.</param>
/// <param name="Unit">Its unit, by UCUM.</param>
/// <param name="Description">What it measures.</param>
public sealed record Instrument(string Name, InstrumentKind Kind, string Unit, string Description)
{
    /// <summary>Upper bounds of the buckets of a histogram.</summary>
    public ImmutableArray<double> Buckets { get; init; } = [];
}

/// <summary>Every metric of this program. Those of <c>gen_ai</c> follow the OpenTelemetry semantic conventions for generative AI.</summary>
public static class Instruments
{
    private static readonly ImmutableArray<double> Seconds =
        [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    private static readonly ImmutableArray<double> Tokens =
        [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    // From a message between two actors to a turn that waits for an earlier one.
    private static readonly ImmutableArray<double> Join = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 15];

    /// <summary>Length of a request to the model.</summary>
    public static readonly Instrument OperationDuration = new(
        "gen_ai.client.operation.duration", InstrumentKind.Histogram, "s", "Time from a request to the model to the end of its result.")
    { Buckets = Seconds };

    /// <summary>Tokens of a result.</summary>
    public static readonly Instrument TokenUsage = new(
        "gen_ai.client.token.usage", InstrumentKind.Histogram, "{token}", "Tokens that the service reports for a result.")
    { Buckets = Tokens };

    /// <summary>Cost of the results.</summary>
    public static readonly Instrument Cost = new(
        "realtime_akka.cost", InstrumentKind.Counter, "{USD}", "US dollars, of every usage that has a price.");

    /// <summary>Latency of a transcript.</summary>
    public static readonly Instrument TranscriptLatency = new(
        "realtime_akka.transcript.latency", InstrumentKind.Histogram, "s", "Time from the end of a turn to one of its two transcripts.")
    { Buckets = Seconds };

    /// <summary>Time to join a turn.</summary>
    public static readonly Instrument TurnJoin = new(
        "realtime_akka.turn.join", InstrumentKind.Histogram, "s", "Time from the last transcript of a turn to its record.")
    { Buckets = Join };

    /// <summary>Turns.</summary>
    public static readonly Instrument Turns = new("realtime_akka.turns", InstrumentKind.Counter, "{turn}", "Joined turns.");

    /// <summary>Time to the first audio of an answer.</summary>
    public static readonly Instrument TimeToFirstAudio = new(
        "realtime_akka.answer.time_to_first_audio", InstrumentKind.Histogram, "s",
        "Time from the end of the caller's speech to the first audio of the answer.")
    { Buckets = Seconds };

    /// <summary>Audio of answers that arrived.</summary>
    public static readonly Instrument Said = new(
        "realtime_akka.answer.said", InstrumentKind.Counter, "ms", "Audio of answers that the model sent.");

    /// <summary>Audio of answers that was heard.</summary>
    public static readonly Instrument Heard = new(
        "realtime_akka.answer.heard", InstrumentKind.Counter, "ms", "Audio of answers that was heard.");

    /// <summary>Connections that replaced another one.</summary>
    public static readonly Instrument Reconnects = new(
        "realtime_akka.reconnects", InstrumentKind.Counter, "{connection}", "Connections that replaced another one of their session.");

    /// <summary>Sound that was lost.</summary>
    public static readonly Instrument LostSound = new(
        "realtime_akka.sound.lost", InstrumentKind.Counter, "ms", "Sound that was dropped, counted when the session ends.");

    /// <summary>What waits.</summary>
    public static readonly Instrument QueueDepth = new(
        "realtime_akka.queue.depth", InstrumentKind.Gauge, "{entry}", "What waits in a queue, in all sessions together.");

    /// <summary>Sound that waits.</summary>
    public static readonly Instrument QueueSound = new(
        "realtime_akka.queue.sound", InstrumentKind.Gauge, "ms", "Sound that waits in a queue, in all sessions together.");

    /// <summary>What the store lacks.</summary>
    public static readonly Instrument StoreWaiting = new(
        "realtime_akka.store.waiting", InstrumentKind.Gauge, "By", "Bytes of records that are in folders and not in the store yet.");

    /// <summary>Calls under way.</summary>
    public static readonly Instrument CallsLive = new(
        "realtime_akka.calls.live", InstrumentKind.Gauge, "{call}", "Calls under way.");

    /// <summary>Calls that were started.</summary>
    public static readonly Instrument CallsStarted = new(
        "realtime_akka.calls.started", InstrumentKind.Counter, "{call}", "Calls that were started.");

    /// <summary>Calls that were refused.</summary>
    public static readonly Instrument CallsRefused = new(
        "realtime_akka.calls.refused", InstrumentKind.Counter, "{call}", "Calls that were refused.");

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<Instrument> All =
    [
        OperationDuration, TokenUsage, Cost, TranscriptLatency, TurnJoin, Turns, TimeToFirstAudio, Said, Heard, Reconnects, LostSound,
        QueueDepth, QueueSound, StoreWaiting, CallsLive, CallsStarted, CallsRefused,
    ];
}
