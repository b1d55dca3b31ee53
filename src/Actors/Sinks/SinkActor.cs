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
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IRecordSink _sink;
    private readonly IActorRef? _next;
    private readonly QueueDepth? _waiting;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that writes to <paramref name="sink"/>; <paramref name="next"/> is null for the last sink.</summary>
    public static Props Props(SinkSettings settings, IRecordSink sink, IActorRef? next, QueueDepths? depths = null) =>
        Akka.Actor.Props.Create(() => new SinkActor(settings, sink, next, depths));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SinkActor(SinkSettings settings, IRecordSink sink, IActorRef? next, QueueDepths? depths)
    {
        (_sink, _next, _waiting) = (sink, next, depths?.Add(nameof(RecordQueue)));
        _state = _checkpoint = new State(new RecordOrder(settings.Pending), new RecordQueue(settings.Pending), Asker: null);

        Receive<SinkMessages.Write>(m => Add(_state.Order.Add(m.Record)));
        Receive<Ended>(m => Do(m.Task.IsCompletedSuccessfully
            ? _state.Queue.Written((long)m.Key)
            : _state.Queue.NotWritten((long)m.Key, m.Task.Exception?.GetBaseException() ?? new OperationCanceledException())));
        Receive<Again>(_ => Do(_state.Queue.WriteNext()));
        Receive<SinkMessages.Flush>(m =>
        {
            (_state.Asker, _state.IsLate) = (Sender, m.Now);
            Add(_state.Order.Flush());
            Do(m.Now ? _state.Queue.Abandon() : _state.Queue.Flush());
        });
        Receive<SinkMessages.Flushed>(Flushed);
    }

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        _checkpoint = _state;
        _waiting?.Count = _state.Queue.Waits;
    }

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        if (message is not SinkMessages.Write) return false;
        _state.Queue = _state.Queue with { Lost = _state.Queue.Lost + 1 };
        return true;
    }

    private void Add(Step<RecordOrder, SessionRecord> step)
    {
        _state.Order = step.Next;
        foreach (var record in step.Decisions) Do(_state.Queue.Add(record));
    }

    private void Do(Step<RecordQueue, SinkDecision> step)
    {
        _state.Queue = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
    }

    private void Do(SinkDecision decision)
    {
        switch (decision)
        {
            case SinkDecision.Write { Number: var number, Record: var record }:
                Start(number, () => Write(record));
                break;
            case SinkDecision.Forward { Record: var record }:
                if (_next is not null) Tell(_next, new SinkMessages.Write(record));
                break;
            case SinkDecision.Retry { Wait: var wait }:
                Timers.StartSingleTimer(Again.Key, Again.Signal, wait);
                break;
            case SinkDecision.Flush:
                if (_next is null) Flushed(new SinkMessages.Flushed(0));
                else Tell(_next, new SinkMessages.Flush(_state.IsLate));
                break;
            case SinkDecision.ReportLoss:
                _log.Error("Sink {Sink} is too slow: records are lost", _sink.Name);
                break;
            case SinkDecision.ReportFailure { Cause: var cause }:
                _log.Error(cause, "Sink {Sink} failed: {Reason}", _sink.Name, cause.Message);
                var text = $"Records cannot be written ({_sink.Name}): {cause.Message.TrimEnd('.')}. "
                    + $"Up to {_state.Queue.Capacity} of them wait for a better moment.";
                Tell(Context.Parent, new SessionMessages.NoticeRaised(new Notice(NoticeLevel.Warning, "sink_failed", text)));
                break;
            case SinkDecision.ReportClosed { Cause: var cause }:
                _log.Info("Sink {Sink} is closed: {Reason}", _sink.Name, cause.Message);
                Tell(Context.Parent, new SessionMessages.SinkClosed(_sink.Name));
                break;
            case SinkDecision.ReportRecovery:
                _log.Info("Sink {Sink} works again", _sink.Name);
                break;
        }
    }

    // Every exception is returned in the task, also one thrown synchronously.
    private async Task Write(SessionRecord record) => await _sink.WriteAsync(record).ConfigureAwait(false);

    private void Flushed(SinkMessages.Flushed further)
    {
        var queue = _state.Queue;
        var reason = queue.Lost > 0 ? $"{_sink.Name}: {queue.Reason ?? "failed"}" : null;
        if (_state.Asker is { } asker)
            Tell(asker, new SinkMessages.Flushed(further.Lost + queue.Lost, reason ?? further.Reason));
        _state.Asker = null;
    }

    private record struct State(RecordOrder Order, RecordQueue Queue, IActorRef? Asker, bool IsLate = false);

    private sealed record Again
    {
        public const string Key = "again";
        public static readonly Again Signal = new();
    }
}
