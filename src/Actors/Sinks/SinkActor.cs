using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sinks;

/// <summary>
/// One writer: one write under way, a bounded number waiting. What is written goes on to the next sink, so that a record is
/// on disk before it is printed. While the writer fails, as on a full disk, records go on at once and wait here to be written.
/// </summary>
public sealed class SinkActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<SessionRecord> _waiting = new();
    private readonly IRecordSink _sink;
    private readonly IActorRef? _next;
    private readonly int _capacity;
    private SessionRecord? _writing;
    private TimeSpan? _retry; // null while the writer works
    private int _goneOn; // of those that wait, counted from the first
    private IActorRef? _asker;
    private bool _flushing;
    private int _lost;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that writes to <paramref name="sink"/>; <paramref name="next"/> null where it is the last.</summary>
    public static Props Props(SinkSettings settings, IRecordSink sink, IActorRef? next) => Akka.Actor.Props.Create(() => new SinkActor(settings, sink, next));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SinkActor(SinkSettings settings, IRecordSink sink, IActorRef? next)
    {
        (_sink, _next, _capacity) = (sink, next, settings.Pending);

        Receive<SinkMessages.Write>(m => Add(m.Record));
        Receive<Written>(_ => Done());
        Receive<Status.Failure>(m => Failed(m.Cause));
        Receive<Again>(_ => WriteNext());
        Receive<SinkMessages.Flush>(_ =>
        {
            (_asker, _flushing) = (Sender, true);
            // No time is left to wait for a better moment: once more, now.
            if (_retry is not null) WriteNext();
            Flush();
        });
        Receive<SinkMessages.Flushed>(m => Flushed(m.Lost));
    }

    private void Add(SessionRecord record)
    {
        if (_waiting.Count > _capacity) // the first is being written
        {
            if (_lost++ == 0) _log.Error("Sink {Sink} is too slow: records are lost", _sink.Name);
            if (_retry is not null) GoOn(record);
            return;
        }
        _waiting.Enqueue(record);
        if (_retry is null)
        {
            WriteNext();
            return;
        }
        GoOn(record);
        _goneOn++;
    }

    private void WriteNext()
    {
        if (_writing is not null || !_waiting.TryPeek(out _writing)) return;
        Write(_writing).PipeTo(Self, success: () => Written.Signal);
    }

    // Whatever it throws, and however, comes back as a message.
    private async Task Write(SessionRecord record) => await _sink.WriteAsync(record).ConfigureAwait(false);

    private void Done()
    {
        if (_retry is not null) _log.Info("Sink {Sink} works again", _sink.Name);
        _retry = null;
        Leave();
        WriteNext();
        Flush();
    }

    // A record that cannot be written here may still be printed there.
    private void Failed(Exception cause)
    {
        _writing = null;
        if (_flushing)
        {
            _lost += _waiting.Count;
            while (_waiting.Count > 0) Leave();
            Flush();
            return;
        }
        if (_retry is null)
        {
            _log.Error(cause, "Sink {Sink} failed: {Reason}", _sink.Name, cause.Message);
            Context.Parent.Tell(new SessionMessages.Noticed(new Notice(
                NoticeLevel.Warning, "sink_failed", $"Records cannot be written ({_sink.Name}): {cause.Message.TrimEnd('.')}. Up to {_capacity} of them wait for a better moment.")));
            foreach (var record in _waiting) GoOn(record);
            _goneOn = _waiting.Count;
        }
        _retry = _retry is { } last ? (last * 2 < LongestRetry ? last * 2 : LongestRetry) : FirstRetry;
        Timers.StartSingleTimer(Again.Key, Again.Signal, _retry.Value);
    }

    // The first of those that wait is over with; it goes on unless it has.
    private void Leave()
    {
        var record = _waiting.Dequeue();
        _writing = null;
        if (_goneOn > 0) _goneOn--;
        else GoOn(record);
    }

    private void GoOn(SessionRecord record) => _next?.Tell(new SinkMessages.Write(record));

    private void Flush()
    {
        if (!_flushing || _writing is not null || _waiting.Count > 0) return;
        _flushing = false;
        if (_next is null) Flushed(0);
        else _next.Tell(new SinkMessages.Flush());
    }

    private void Flushed(int lostFurtherDown)
    {
        _asker?.Tell(new SinkMessages.Flushed(lostFurtherDown + _lost));
        _asker = null;
    }

    private sealed record Written
    {
        public static readonly Written Signal = new();
    }

    private sealed record Again
    {
        public const string Key = "again";
        public static readonly Again Signal = new();
    }
}
