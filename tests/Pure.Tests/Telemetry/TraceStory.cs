using System.Collections.Immutable;
using RealtimeAkka.Hosting.Telemetry;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Telemetry;

/// <summary>A span as it was decided; times in seconds since the session began.</summary>
internal sealed class TracedSpan(string name, TracedSpan? parent, double from)
{
    public string Name => name;
    public TracedSpan? Parent => parent;
    public double From => from;
    public double? To { get; set; }
    public string? Error { get; set; }
    public Dictionary<string, object?> Attributes { get; } = [];
    public List<(TracedSpan To, string Reason)> Links { get; init; } = [];

    public override string ToString() => $"{Name} {From:0.###} {To:0.###} {Error}".Trim();
}

/// <summary>A session told fact by fact, each at a time in seconds.</summary>
internal sealed class TraceStory : ITraceOutput
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<SpanNumber, TracedSpan> _spans = [];
    private readonly List<(string Name, double Value, string Attributes)> _measures = [];
    private readonly SessionTrace _trace;

    public TraceStory(string? asr = "gpt-4o-transcribe", bool withWords = false)
    {
        _trace = new SessionTrace(new TraceFacts(
            "s-1", "gpt-realtime", asr, "openai", new Uri("wss://api.example/v1/realtime"), "file", Shipped.Prices)
        { Tools = ["open_claim"], WithWords = withWords }, this);
        _trace.Begin(Start);
    }

    public IReadOnlyList<TracedSpan> Spans => [.. _spans.OrderBy(span => span.Key.Value).Select(span => span.Value)];

    public TracedSpan Only(string name) => Assert.Single(Spans, span => span.Name == name);

    public IReadOnlyList<TracedSpan> All(string name) => [.. Spans.Where(span => span.Name == name)];

    public IReadOnlyList<double> Measured(Instrument instrument, string attributes = "") =>
        [.. _measures.Where(m => m.Name == instrument.Name && m.Attributes.Contains(attributes, StringComparison.Ordinal))
            .Select(m => m.Value)];

    public TraceStory Connects(double at, int number = 1, bool accepted = true)
    {
        _trace.Connecting(number, At(at));
        return accepted ? Gets(at, new SessionUpdated(new SessionState(Model: "gpt-realtime-2025-08-28"))) : this;
    }

    public TraceStory Loses(double at, int number = 1) => Told(
        () => _trace.Ended(number, new ConnectionEnd.Closed(1001, "going away"), At(at)));

    public TraceStory Closes(double at, int number = 1)
    {
        _trace.Closing(number);
        return Told(() => _trace.Ended(number, new ConnectionEnd.Closed(1000, null), At(at)));
    }

    public TraceStory Gets(double at, params IEnumerable<ServerEvent> events)
    {
        foreach (var e in events) _trace.Received(e, At(at));
        return this;
    }

    public TraceStory Sends(double at, ClientEvent e) => Told(() => _trace.Sent(e, At(at)));

    public TraceStory Asks(double at, string item, int turn = 1, int attempt = 1, string task = "transcription") => Sends(
        at, new CreateResponse(new ResponseRequest("none", Metadata: Say.Metadata(item, turn, attempt, task)))
        { EventId = EventId.Of($"oob_{task}_{turn}_{attempt}") });

    public TraceStory Publishes(double at, SessionRecord record) => Told(() => _trace.Recorded(record, At(at)));

    public TraceStory Joins(
        double at, string item, int turn = 1, ResultStatus oob = ResultStatus.Completed, ResultStatus asr = ResultStatus.Completed) =>
        Publishes(at, new TurnJoined(
            "s-1", turn, new ItemId(item), "vad", null, null,
            new OutOfBandTranscript(oob, "my words", null, "full", 1, 400, null, null, null),
            new AsrTranscript(asr, "my words", "gpt-4o-transcribe", 300, null, null, null), null, [])
            { Verdict = Verdict.Agreed, Confidence = 1, Words = "my words" });

    public TraceStory Replies(double at, string response, int? turn = 1, long heard = 500, long? started = null) =>
        Publishes(at, new AssistantReplied(
            "s-1", new ResponseId(response), turn, null, "completed", "its words", heard, null, null, null) { StartedMs = started });

    public TraceStory Ends(double at) => Told(() => _trace.End("completed", null, At(at)));

    void ITraceOutput.Begin(in SpanBegin begin) => _spans.Add(begin.Span, new TracedSpan(
        begin.Name, begin.Parent is { } parent ? _spans[parent] : null, Seconds(begin.At))
    { Links = [.. begin.Links.Select(link => (_spans[link.To], link.Reason))] });

    void ITraceOutput.Link(SpanNumber from, SpanReference to) => _spans[from].Links.Add((_spans[to.To], to.Reason));

    void ITraceOutput.End(SpanNumber span, in SpanEnd end)
    {
        var ended = _spans[span];
        Assert.Null(ended.To); // once
        (ended.To, ended.Error) = (Seconds(end.At), end.Error);
        foreach (var (name, value) in end.Attributes) ended.Attributes[name] = value;
    }

    void ITraceOutput.Report(in SpanBegin begin, in SpanEnd end)
    {
        ((ITraceOutput)this).Begin(begin);
        ((ITraceOutput)this).End(begin.Span, end);
    }

    void ITraceOutput.Measure(Instrument instrument, double value, ImmutableArray<KeyValuePair<string, object?>> attributes) =>
        _measures.Add((instrument.Name, value, string.Join(' ', attributes.Select(pair => $"{pair.Key}={pair.Value}"))));

    private TraceStory Told(Action fact)
    {
        fact();
        return this;
    }

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private static double Seconds(DateTimeOffset time) => Math.Round((time - Start).TotalSeconds, 6);
}
