using System.Diagnostics;
using System.Diagnostics.Metrics;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Hosting.Telemetry;
using RealtimeAkka.Protocol.Messages;
using static RealtimeAkka.TestSupport.Say;
using Instrument = System.Diagnostics.Metrics.Instrument;

namespace RealtimeAkka.Pure.Tests.Telemetry;

/// <summary>What .NET offers to whoever listens.</summary>
public sealed class HostTelemetryTests : IDisposable
{
    private readonly HostTelemetry _telemetry = new();

    public void Dispose() => _telemetry.Dispose();

    [Fact]
    public void Every_metric_is_there_with_its_unit_before_anything_happens()
    {
        using var listener = new MeterListener();
        List<(string, string?)> found = [];
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter == _telemetry.Meter) found.Add((instrument.Name, instrument.Unit));
        };
        listener.Start();
        Assert.Equal(Instruments.All.Select(i => (i.Name, (string?)i.Unit)).Order(), found.Order());
    }

    [Fact]
    public void Calls_and_queues_are_counted_while_they_are_there()
    {
        using var listener = new MeterListener();
        List<(string Name, double Value, string Tags)> measured = [];
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == _telemetry.Meter) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(Add);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Add(instrument, value, tags, state));
        listener.Start();

        var (one, two) = (Begin("s-1"), Begin("s-2"));
        one.Depths.Add("RecordQueue").Count = 2;
        two.Depths.Add("RecordQueue").Count = 3;
        two.Depths.Add("PlaybackQueue", isSound: true).Count = 500;
        _telemetry.Refused(CallRefusal.TooFast);
        listener.RecordObservableInstruments();
        _telemetry.StoreWaiting = () => 1641; // before, there was no store
        two.End(new SessionMessages.Ended(ExitKind.Completed, null));
        two.End(new SessionMessages.Ended(ExitKind.Completed, null));
        listener.RecordObservableInstruments();

        Assert.Equal([1, 1], Of(Instruments.CallsStarted, "realtime_akka.source=file"));
        Assert.Equal([1], Of(Instruments.CallsRefused, "realtime_akka.reason=too_fast"));
        Assert.Equal([2, 1], Of(Instruments.CallsLive));
        Assert.Equal([5, 2], Of(Instruments.QueueDepth, "realtime_akka.queue=RecordQueue"));
        Assert.Equal([500], Of(Instruments.QueueSound, "realtime_akka.queue=PlaybackQueue"));
        Assert.Equal([1641], Of(Instruments.StoreWaiting));

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
            measured.Add((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));

        IEnumerable<double> Of(Hosting.Telemetry.Instrument instrument, string tags = "") =>
            measured.Where(m => m.Name == instrument.Name && m.Tags == tags).Select(m => m.Value);
    }

    [Fact]
    public void Who_begins_to_listen_in_the_middle_of_a_session_gets_it_from_then_on()
    {
        var session = Begin("s-1");
        session.Received(Committed("i1"));
        List<string> ended = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source == _telemetry.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => ended.Add(span.OperationName),
        };
        ActivitySource.AddActivityListener(listener);
        session.Received(Asr("i1", "words"));
        session.Received(Committed("i2"));
        session.End(new SessionMessages.Ended(ExitKind.Completed, null));
        Assert.Equal(["transcription gpt-4o-transcribe", "turn", "session"], ended);
    }

    [Fact]
    public void Spans_keep_their_times_their_parents_and_their_links_and_leave_no_context_behind()
    {
        List<Activity> ended = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source == _telemetry.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new Activity("a request of the web server").Start();

        var session = Begin("s-1");
        session.Connecting(1);
        session.Ended(1, new ConnectionEnd.Broken("x"));
        session.Connecting(2);
        session.Received(Committed("i1"));
        session.Received(Asr("i1", "words"));
        session.End(new SessionMessages.Ended(ExitKind.Failed, "x"));

        Assert.Same(request, Activity.Current);
        var root = ended[^1];
        Assert.Equal(("session", default, ActivityStatusCode.Error), (root.OperationName, root.ParentSpanId, root.Status));
        Assert.All(ended, span => Assert.Equal(root.TraceId, span.TraceId));
        Assert.NotEqual(request.TraceId, root.TraceId);
        Assert.Equal(
            [("connection", "session"), ("transcription gpt-4o-transcribe", "turn"), ("connection", "session"), ("turn", "session")],
            ended.SkipLast(1).Select(
                span => (span.OperationName, ended.Single(parent => parent.SpanId == span.ParentSpanId).OperationName)));
        Assert.Equal(ended[0].SpanId, Assert.Single(ended[2].Links).Context.SpanId);
        Assert.All(ended, span => Assert.InRange(span.StartTimeUtc + span.Duration, span.StartTimeUtc, root.StartTimeUtc + root.Duration));
    }

    [Fact]
    public void Sound_of_an_answer_is_counted_to_the_last_byte_whatever_comes_between()
    {
        List<double> said = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == _telemetry.Meter && instrument.Name == Instruments.Said.Name) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => said.Add(value));
        listener.Start();

        var session = Begin("s-1");
        session.Received(Created("a1"));
        session.Received(Sound("a1", "m1", 960)); // 20 ms
        session.Received(Sound("a1", "m1", 480));
        session.Received(Committed("i1"));
        session.Received(Sound("a1", "m1", 480));
        session.Received(Created("a2"));
        session.Received(Sound("a2", "m2", 4800));
        session.Received(Sound("a1", "m1", 960));
        session.Received(Sound("a1", "m1", 960));
        session.End(new SessionMessages.Ended(ExitKind.Completed, null));

        Assert.Equal([80, 100], said.Order());
    }

    private SessionTelemetry Begin(string id) => _telemetry.Begin(
        new TraceFacts(id, "gpt-realtime", "gpt-4o-transcribe", "openai", new Uri("wss://api.example/v1"), "file", Shipped.Prices),
        TimeProvider.System);
}
