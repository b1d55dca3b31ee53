using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sinks;

/// <summary>
/// One writer: one write under way, a bounded number of records waiting. A written record goes on to the next sink, so that it is on
/// disk before it is printed. While writing fails, as on a full disk, records go on at once and wait here to be written.
/// </summary>
public sealed class SinkActor : StationActor, IWithTimers
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan MaxRetry = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IRecordSink _sink;
    private readonly IActorRef? _next;
    private readonly int _capacity;
    private State _state = new() { Waiting = [] }, _checkpoint = new() { Waiting = [] };

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that writes to <paramref name="sink"/>; <paramref name="next"/> is null for the last sink.</summary>
    public static Props Props(SinkSettings settings, IRecordSink sink, IActorRef? next) => Akka.Actor.Props.Create(() => new SinkActor(settings, sink, next));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SinkActor(SinkSettings settings, IRecordSink sink, IActorRef? next)
    {
        (_sink, _next, _capacity) = (sink, next, settings.Pending);

        Receive<SinkMessages.Write>(m => Add(m.Record));
        Receive<Ended>(m =>
        {
            if ((long)m.Key != _state.Writes || !_state.IsWriting) return;
            if (m.Task.IsCompletedSuccessfully) Done();
            else NotWritten(m.Task.Exception?.GetBaseException() ?? new OperationCanceledException());
        });
        Receive<Again>(_ => WriteNext());
        Receive<SinkMessages.Flush>(_ =>
        {
            (_state.Asker, _state.IsFlushing) = (Sender, true);
            // One more try, without waiting for the timer.
            if (_state.Retry is not null) WriteNext();
            Flush();
        });
        Receive<SinkMessages.Flushed>(m => Flushed(m.Lost));
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        if (message is not SinkMessages.Write) return false;
        _state.Lost++;
        return true;
    }

    private void Add(SessionRecord record)
    {
        if (_state.Count > _capacity) // the first is being written
        {
            if (_state.Lost++ == 0) _log.Error("Sink {Sink} is too slow: records are lost", _sink.Name);
            if (_state.Retry is not null) GoOn(record);
            return;
        }
        (_state.Waiting, _state.Count) = (_state.Waiting.Enqueue(record), _state.Count + 1);
        if (_state.Retry is null)
        {
            WriteNext();
            return;
        }
        GoOn(record);
        _state.ForwardedCount++;
    }

    private void WriteNext()
    {
        if (_state.IsWriting || _state.Count == 0) return;
        var record = _state.Waiting.Peek();
        (_state.Writes, _state.IsWriting) = (_state.Writes + 1, true);
        Start(_state.Writes, () => Write(record));
    }

    // Every exception is returned in the task, also one thrown synchronously.
    private async Task Write(SessionRecord record) => await _sink.WriteAsync(record).ConfigureAwait(false);

    private void Done()
    {
        if (_state.Retry is not null) _log.Info("Sink {Sink} works again", _sink.Name);
        _state.Retry = null;
        Leave();
        WriteNext();
        Flush();
    }

    // A record that cannot be written here may still be printed by the next sink.
    private void NotWritten(Exception cause)
    {
        _state.IsWriting = false;
        if (_state is { IsFlushing: true, Retry: not null })
        {
            _state.Lost += _state.Count;
            while (_state.Count > 0) Leave();
            Flush();
            return;
        }
        if (_state.Retry is null)
        {
            _log.Error(cause, "Sink {Sink} failed: {Reason}", _sink.Name, cause.Message);
            Tell(Context.Parent, new SessionMessages.NoticeRaised(new Notice(
                NoticeLevel.Warning, "sink_failed", $"Records cannot be written ({_sink.Name}): {cause.Message.TrimEnd('.')}. Up to {_capacity} of them wait for a better moment.")));
            foreach (var record in _state.Waiting) GoOn(record);
            _state.ForwardedCount = _state.Count;
        }
        var wait = _state.Retry is { } last ? (last * 2 < MaxRetry ? last * 2 : MaxRetry) : FirstRetry;
        _state.Retry = wait;
        if (_state.IsFlushing) WriteNext(); // no time is left for a later try
        else Timers.StartSingleTimer(Again.Key, Again.Signal, wait);
    }

    // Removes the first waiting record, and passes it on unless that was done before.
    private void Leave()
    {
        _state.Waiting = _state.Waiting.Dequeue(out var record);
        (_state.Count, _state.IsWriting) = (_state.Count - 1, false);
        if (_state.ForwardedCount > 0) _state.ForwardedCount--;
        else GoOn(record);
    }

    private void GoOn(SessionRecord record)
    {
        if (_next is not null) Tell(_next, new SinkMessages.Write(record));
    }

    private void Flush()
    {
        if (!_state.IsFlushing || _state.IsWriting || _state.Count > 0) return;
        _state.IsFlushing = false;
        if (_next is null) Flushed(0);
        else Tell(_next, new SinkMessages.Flush());
    }

    private void Flushed(int lostFurtherDown)
    {
        if (_state.Asker is { } asker) Tell(asker, new SinkMessages.Flushed(lostFurtherDown + _state.Lost));
        _state.Asker = null;
    }

    private record struct State
    {
        public ImmutableQueue<SessionRecord> Waiting;
        public int Count; // number of waiting records
        public int ForwardedCount; // how many of them were passed on, counted from the first
        public long Writes;
        public bool IsWriting; // the first waiting record is being written
        public TimeSpan? Retry; // the last delay; null while the writer works
        public IActorRef? Asker;
        public bool IsFlushing;
        public int Lost;
    }

    private sealed record Again
    {
        public const string Key = "again";
        public static readonly Again Signal = new();
    }
}
