using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using RealtimeAkka.Actors.Sessions;

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
        var session = new SessionTelemetry(new SessionTrace(facts), clock, new SpanWriter(this), () => _sessions.TryRemove(id, out _));
        _sessions[id] = session;
        Add(new TelemetryDecision.Measure(Instruments.CallsStarted, 1, TraceAttributes.Of((Names.Source, facts.Source))));
        session.Begin();
        return session;
    }

    /// <summary>A call was refused.</summary>
    public void Refused(CallRefusal reason) =>
        Add(new TelemetryDecision.Measure(
            Instruments.CallsRefused, 1, TraceAttributes.Of((Names.Reason, JsonNamingPolicy.SnakeCaseLower.ConvertName($"{reason}")))));

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

    private void Add(TelemetryDecision.Measure measure)
    {
        var tags = measure.Attributes.AsSpan();
        switch (_instruments[measure.Instrument])
        {
            case Counter<double> counter:
                counter.Add(measure.Value, tags);
                break;
            case Histogram<double> histogram:
                histogram.Record(measure.Value, tags);
                break;
        }
    }

    /// <summary>Carries out what the trace of one session decides; one thread at a time.</summary>
    internal sealed class SpanWriter(HostTelemetry telemetry)
    {
        // Spans that have ended and that later ones may refer to.
        private const int Remembered = 256;

        private readonly Dictionary<SpanNumber, Activity> _open = [];
        private readonly Dictionary<SpanNumber, ActivityContext> _known = [];
        private readonly Queue<SpanNumber> _oldest = [];

        /// <summary>Somebody wants spans or metrics.</summary>
        public bool IsListenedTo => telemetry.IsListenedTo;

        /// <summary>Carries out a decision.</summary>
        public void Do(TelemetryDecision decision)
        {
            switch (decision)
            {
                case TelemetryDecision.Measure measure:
                    telemetry.Add(measure);
                    break;
                case TelemetryDecision.Begin begin when telemetry.Source.HasListeners():
                    Begin(begin);
                    break;
                case TelemetryDecision.Report { From: var from, To: var to } when telemetry.Source.HasListeners():
                    if (Start(from) is not { } whole) break;
                    if (to.Error is not null) Remember(from.Span, whole);
                    End(whole, to);
                    break;
                case TelemetryDecision.Link linked:
                    if (_open.TryGetValue(linked.From, out var referring) && LinkTo(linked.To) is { } link) referring.AddLink(link);
                    break;
                case TelemetryDecision.End end when _open.Remove(end.Span, out var activity):
                    End(activity, end);
                    break;
            }
        }

        private void Begin(TelemetryDecision.Begin begin)
        {
            if (Start(begin) is not { } activity) return;
            _open[begin.Span] = activity;
            Remember(begin.Span, activity);
        }

        // Null: nobody samples it.
        private Activity? Start(TelemetryDecision.Begin begin)
        {
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

        private static void End(Activity activity, TelemetryDecision.End end)
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
