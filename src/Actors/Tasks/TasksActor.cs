using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>
/// All tasks of a session: sends them the turns, passes on their requests, and sends their results to the sinks and to the
/// configured deliveries. A task that fails is replaced without effect on the rest of the session.
/// </summary>
public sealed class TasksActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TasksSettings _settings;
    private readonly string _session;
    private readonly IActorRef _outOfBand, _sinks;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that starts every task and attaches to the turns.</summary>
    public static Props Props(
        TasksSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef outOfBand, IActorRef sinks) =>
        Akka.Actor.Props.Create(() => new TasksActor(settings, facts, clock, turns, outOfBand, sinks));

    /// <summary>Use <see cref="Props"/>.</summary>
    public TasksActor(TasksSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef outOfBand, IActorRef sinks)
    {
        (_settings, _session, _outOfBand, _sinks) = (settings, facts.Id.Value, outOfBand, sinks);
        _state = _checkpoint = new State(TaskSlots.Of(settings), Finisher: null);
        foreach (var slot in _state.Slots.All)
        {
            if (slot.Task.Action is { } action) Context.ActorOf(DeliveryActor.Props(action, clock), slot.Delivery);
            Start(slot);
        }

        Receive<TurnFacts.Published>(m => _state.Slots.All.ForEach(slot =>
            Decide(slot, slot.Monitor.On(m.Turn.Turn), () => Tell(Context.Child(slot.Actor), m))));
        Receive<TaskMessages.Demand>(m =>
        {
            if (_state.Slots.Find(m.Task) is { } slot) Tell(Context.Child(slot.Actor), m, Sender);
        });
        Receive<TaskMessages.Handled>(_ => From(slot => Set(slot with { Monitor = slot.Monitor.Handled() })));
        Receive<TaskMessages.Ask>(m => From(slot => Ask(slot, m.Request)));
        Receive<TaskMessages.Completed>(m => From(slot => Complete(slot, m.Result)));
        Receive<TaskMessages.NoticeRaised>(m => From(_ => Publish(m.Notice)));
        Receive<ActionMessages.Done>(Report);
        Receive<Terminated>(m =>
        {
            if (!_state.IsOver && _state.Slots.RunBy(m.ActorRef.Path.Name) is { } slot) Replace(slot);
        });
        Receive<TaskMessages.Finish>(_ =>
        {
            if (_state.IsOver) Tell(Sender, new TaskMessages.Finished());
            else if (_state.Finisher is null) BeginToFinish();
        });
        Receive<TaskMessages.Finished>(_ => From(slot =>
        {
            if (!slot.IsDelivered) Tell(Context.Child(slot.Delivery), new ActionMessages.Flush());
            Settle(_state.Slots.With(slot with { IsFinished = true }));
        }));
        Receive<ActionMessages.Flushed>(_ => Settle(_state.Slots.Flushed(Sender.Path.Name)));
        Receive<TimeIsUp>(_ => Leave());

        if (settings.Tasks.Count > 0) turns.Tell(new TurnMessages.Attach());
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    private void Decide(TaskSlot slot, (TaskMonitor Monitor, bool IsAllowed, Notice? Notice) decision, Action then)
    {
        Set(slot with { Monitor = decision.Monitor });
        if (decision.IsAllowed) then();
        if (decision.Notice is { } notice) Publish(notice);
    }

    private void Ask(TaskSlot slot, OutOfBandRequest request) => Decide(slot, slot.Monitor.Asks(), () =>
        Tell(_outOfBand, new OutOfBandMessages.Ask(request with { Task = slot.Task.Name }, Again: true), Sender));

    private void Complete(TaskSlot slot, TaskResult result)
    {
        (_state.Slots, var record) = _state.Slots.Complete(slot, result, _session);
        if (record is null) return;
        _log.Info("Turn {Turn}: {Task} is {Status}", record.Turn, record.Task, record.Status);
        Publish(record);
        if (record.Status != ResultStatus.Completed || slot.IsDelivered) return;
        Tell(Context.Child(slot.Delivery), new ActionMessages.Deliver(record.Id, TaskRecord.Json(record)));
    }

    private void Report(ActionMessages.Done m)
    {
        _log.Debug("Delivery {Event} is over: {Reason}", m.Id, m.Error ?? "done");
        if (m.Error is { } e) Publish(new Notice(NoticeLevel.Warning, "action_failed", $"Result {m.Id} could not be delivered: {e}."));
    }

    // Answers to the failed actor's requests are dropped; its replacement receives the turns from now on.
    private void Replace(TaskSlot slot)
    {
        var (monitor, notice) = slot.Monitor.Failed();
        var next = slot with { Monitor = monitor };
        if (!monitor.IsOff) Start(next);
        Publish(notice);
        Settle(_state.Slots.With(next));
    }

    private void Start(TaskSlot slot)
    {
        _log.Debug("Task {Task} begins", slot.Task.Name);
        var props = Akka.Actor.Props.Create(slot.Task.Actor, slot.Task).WithDispatcher(DispatcherIds.DedicatedThread);
        var actor = Context.Watch(ChildOf(props, slot.Actor));
        if (_state.Finisher is not null) Tell(actor, new TaskMessages.Finish());
    }

    private void Set(TaskSlot slot) => _state.Slots = _state.Slots.With(slot);

    private void BeginToFinish()
    {
        _state.Finisher = Sender;
        Timers.StartSingleTimer(nameof(TimeIsUp), TimeIsUp.Signal, _settings.Finish);
        foreach (var slot in _state.Slots.All) Tell(Context.Child(slot.Actor), new TaskMessages.Finish());
        Settle(_state.Slots);
    }

    private void Settle(TaskSlots slots)
    {
        _state.Slots = slots;
        if (_state.Finisher is not null && slots.IsSettled) Finish();
    }

    private void Leave()
    {
        foreach (var notice in _state.Slots.Unfinished(_settings.Finish)) Publish(notice);
        Finish();
    }

    // Answers that come while the connection is closed are still recorded. The failure of a task is not: it has nothing left to do, and
    // the summary may be written already.
    private void Finish()
    {
        Timers.Cancel(nameof(TimeIsUp));
        if (_state.Finisher is { } finisher) Tell(finisher, new TaskMessages.Finished());
        _state = _state with { Finisher = null, IsOver = true };
    }

    // Only from the current actor of a task; messages of a failed one are void.
    private void From(Action<TaskSlot> then)
    {
        if (_state.Slots.RunBy(Sender.Path.Name) is { } slot) then(slot);
    }

    private void Publish(SessionRecord record) => Tell(_sinks, new SinkMessages.Write(record));

    /// <summary>A failed task stops: a restarted one would keep its mailbox. A failed delivery is a failure of this station.</summary>
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(_ => _state.Slots.DeliveredBy(Sender.Path.Name) is null ? Directive.Stop : Directive.Escalate);

    private record struct State(TaskSlots Slots, IActorRef? Finisher, bool IsOver = false);

    private sealed record TimeIsUp { public static readonly TimeIsUp Signal = new(); }
}
