using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using RealtimeAkka.Actors.Sessions;
using Attributes = System.Collections.Immutable.ImmutableArray<System.Collections.Generic.KeyValuePair<string, object?>>;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>
/// The spans and metrics of this process, as .NET offers them to whoever listens: <c>dotnet-counters</c>, an exporter, a test. The only
/// file that uses them.
/// </summary>
public sealed class HostTelemetry : IDisposable
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "RealtimeAkka";

    private readonly Dictionary<Instrument, Instrument<double>> _instruments = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, SessionTelemetry> _sessions = new();

    /// <summary>Telemetry without sessions.</summary>
    public HostTelemetry()
    {
        Source = new ActivitySource(Name);
        Meter = new Meter(Name);
        foreach (var instrument in Instruments.All) Create(instrument);
    }

    /// <summary>The source of the spans.</summary>
    public ActivitySource Source { get; }

    /// <summary>The meter of the metrics.</summary>
    public Meter Meter { get; }

    /// <summary>Bytes of records that the store lacks; null: there is no store, and nothing is reported.</summary>
    public Func<long>? StoreWaiting { get; set; }

    /// <summary>A session begins; it is observed until it is ended (<see cref="SessionTelemetry.End"/>).</summary>
    public SessionTelemetry Begin(TraceFacts facts, TimeProvider clock)
    {
        var id = facts.Session;
        var session = new SessionTelemetry(
            new SessionTrace(facts, new SpanWriter(this)), clock, () => IsListenedTo, () => _sessions.TryRemove(id, out _));
        _sessions[id] = session;
        Add(Instruments.CallsStarted, 1, TraceAttributes.Of((Names.Source, facts.Source)));
        session.Begin();
        return session;
    }

    /// <summary>A call was refused.</summary>
    public void Refused(CallRefusal reason) =>
        Add(Instruments.CallsRefused, 1, TraceAttributes.Of((Names.Reason, JsonNamingPolicy.SnakeCaseLower.ConvertName($"{reason}"))));

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        Meter.Dispose();
    }

    private void Create(Instrument instrument)
    {
        var (name, unit, description) = (instrument.Name, instrument.Unit, instrument.Description);
        switch (instrument.Kind)
        {
            case InstrumentKind.Counter:
                _instruments[instrument] = Meter.CreateCounter<double>(name, unit, description);
                break;
            case InstrumentKind.Histogram:
                _instruments[instrument] = Meter.CreateHistogram(
                    name, unit, description, tags: null,
                    new InstrumentAdvice<double> { HistogramBucketBoundaries = instrument.Buckets });
                break;
            case InstrumentKind.Gauge when instrument == Instruments.CallsLive:
                Meter.CreateObservableUpDownCounter(name, () => (long)_sessions.Count, unit, description);
                break;
            case InstrumentKind.Gauge when instrument == Instruments.StoreWaiting:
                Meter.CreateObservableUpDownCounter(
                    name, () => StoreWaiting is { } waiting ? (Measurement<long>[])[new(waiting())] : [], unit, description);
                break;
            case InstrumentKind.Gauge:
                var isSound = instrument == Instruments.QueueSound;
                Meter.CreateObservableUpDownCounter(name, () => Depths(isSound), unit, description);
                break;
        }
    }

    private IEnumerable<Measurement<long>> Depths(bool ofSound) => _sessions.Values
        .SelectMany(session => session.Depths.All)
        .Where(depth => depth.IsSound == ofSound)
        .GroupBy(depth => depth.Queue, depth => depth.Count)
        .Select(queue => new Measurement<long>(queue.Sum(), new KeyValuePair<string, object?>(Names.Queue, queue.Key)));

    // Asked with every event of a session until somebody listens.
    private bool IsListenedTo
    {
        get
        {
            foreach (var (_, instrument) in _instruments)
            {
                if (instrument.Enabled) return true;
            }
            return Source.HasListeners();
        }
    }

    private void Add(Instrument instrument, double value, Attributes attributes)
    {
        var tags = attributes.AsSpan();
        switch (_instruments[instrument])
        {
            case Counter<double> counter:
                counter.Add(value, tags);
                break;
            case Histogram<double> histogram:
                histogram.Record(value, tags);
                break;
        }
    }

    // Carries out what the trace of one session decides; one thread at a time.
    private sealed class SpanWriter(HostTelemetry telemetry) : ITraceOutput
    {
        // Spans that have ended and that later ones may refer to.
        private const int Remembered = 256;

        private readonly Dictionary<SpanNumber, Activity> _open = [];
        private readonly Dictionary<SpanNumber, ActivityContext> _known = [];
        private readonly Queue<SpanNumber> _oldest = [];

        public void Begin(in SpanBegin begin)
        {
            if (Start(begin) is not { } activity) return;
            _open[begin.Span] = activity;
            Remember(begin.Span, activity);
        }

        public void Link(SpanNumber from, SpanReference to)
        {
            if (_open.TryGetValue(from, out var referring) && LinkTo(to) is { } link) referring.AddLink(link);
        }

        public void End(SpanNumber span, in SpanEnd end)
        {
            if (_open.Remove(span, out var activity)) End(activity, end);
        }

        public void Report(in SpanBegin begin, in SpanEnd end)
        {
            if (Start(begin) is not { } whole) return;
            if (end.Error is not null) Remember(begin.Span, whole);
            End(whole, end);
        }

        public void Measure(Instrument instrument, double value, Attributes attributes) => telemetry.Add(instrument, value, attributes);

        // Null: nobody samples it.
        private Activity? Start(in SpanBegin begin)
        {
            if (!telemetry.Source.HasListeners()) return null;
            var parent = begin.Parent is { } number ? _known.GetValueOrDefault(number) : default;
            var links = begin.Links.IsEmpty ? null : begin.Links.Select(LinkTo).OfType<ActivityLink>();
            // A span of a session is nobody's context: what this thread does next is not part of it, nor is it part of a request.
            var current = Activity.Current;
            Activity.Current = null;
            var activity = telemetry.Source.StartActivity(
                begin.IsRemote ? ActivityKind.Client : ActivityKind.Internal, parent, tags: null, links, begin.At, begin.Name);
            Activity.Current = current;
            return activity;
        }

        private void Remember(SpanNumber span, Activity activity)
        {
            _known[span] = activity.Context;
            _oldest.Enqueue(span);
            if (_oldest.Count > Remembered) Forget(_oldest.Dequeue());
        }

        // One that is open may be the parent of whatever comes.
        private void Forget(SpanNumber span)
        {
            if (_open.ContainsKey(span)) _oldest.Enqueue(span);
            else _known.Remove(span);
        }

        private static void End(Activity activity, in SpanEnd end)
        {
            foreach (var (name, value) in end.Attributes) activity.AddTag(name, value); // each comes once
            if (end.Error is { } error)
            {
                activity.SetTag(Names.ErrorType, error);
                activity.SetStatus(ActivityStatusCode.Error);
            }
            activity.SetEndTime(end.At.UtcDateTime);
            var current = Activity.Current;
            activity.Stop();
            Activity.Current = current;
        }

        private ActivityLink? LinkTo(SpanReference reference) => _known.TryGetValue(reference.To, out var context)
            ? new ActivityLink(context, new ActivityTagsCollection { [Names.Reason] = reference.Reason }) : null;
    }
}
