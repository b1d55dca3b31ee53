using System.Collections.Immutable;
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
    private readonly IActorRef _outOfBand;
    private readonly IActorRef _sinks;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that starts every task and attaches to the turns.</summary>
    public static Props Props(TasksSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef outOfBand, IActorRef sinks) =>
        Akka.Actor.Props.Create(() => new TasksActor(settings, facts, clock, turns, outOfBand, sinks));

    /// <summary>Use <see cref="Props"/>.</summary>
    public TasksActor(TasksSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef outOfBand, IActorRef sinks)
    {
        (_settings, _session, _outOfBand, _sinks) = (settings, facts.Id.Value, outOfBand, sinks);
        _state = _checkpoint = new State([.. settings.Tasks.Select(task => Started(new Slot(task, new TaskMonitor(task.Name, settings.Ahead))
        {
            Delivery = task.Action is { } action ? Context.ActorOf(DeliveryActor.Props(action, clock), $"deliver-{task.Name}") : null,
        }))], Finisher: null, Results: 0);

        Receive<TurnFacts.Published>(m => _state.Slots.ForEach(place => Tell(place, m)));
        Receive<TaskMessages.Demand>(m =>
        {
            if (_state.Slots.Find(place => place.Task.Name == m.Task) is { } place) Tell(place.Actor, m, Sender);
        });
        Receive<TaskMessages.Handled>(_ => From(place => Set(place with { Watch = place.Watch.Handled() })));
        Receive<TaskMessages.Ask>(m => From(place => Ask(place, m.Request)));
        Receive<TaskMessages.Completed>(m => From(place => Complete(place, m.Result)));
        Receive<TaskMessages.NoticeRaised>(m => From(_ => Publish(m.Notice)));
        Receive<ActionMessages.Done>(m =>
        {
            _log.Debug("Delivery {Event} is over: {Reason}", m.Id, m.Error ?? "done");
            if (m.Error is not null) Publish(new Notice(NoticeLevel.Warning, "action_failed", $"Result {m.Id} could not be delivered: {m.Error}."));
        });
        Receive<Terminated>(m =>
        {
            if (_state.Slots.Find(place => place.Actor.Equals(m.ActorRef)) is { } place) Replace(place);
        });
        Receive<TaskMessages.Finish>(_ =>
        {
            _state.Finisher = Sender;
            Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, settings.Finish);
            foreach (var place in _state.Slots) Tell(place.Actor, new TaskMessages.Finish());
            Settle();
        });
        Receive<TaskMessages.Finished>(_ => From(place =>
        {
            Set(place with { Finished = true });
            if (place.Delivery is { } delivery) Tell(delivery, new ActionMessages.Flush());
            Settle();
        }));
        Receive<ActionMessages.Flushed>(_ =>
        {
            foreach (var place in _state.Slots.Where(place => Sender.Equals(place.Delivery))) Set(place with { Delivery = null });
            Settle();
        });
        Receive<TimeIsUp>(_ => Leave());

        if (settings.Tasks.Count > 0) turns.Tell(new TurnMessages.Attach());
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    private void Tell(Slot place, TurnFacts.Published heard)
    {
        var (watch, tell, notice) = place.Watch.On(heard.Turn.Turn);
        Set(place with { Watch = watch });
        if (tell) Tell(place.Actor, heard);
        if (notice is not null) Publish(notice);
    }

    private void Ask(Slot place, OutOfBandRequest request)
    {
        var (watch, ask, notice) = place.Watch.Asks();
        Set(place with { Watch = watch });
        if (ask) Tell(_outOfBand, new OutOfBandMessages.Ask(request with { Task = place.Task.Name }, Again: true), Sender);
        if (notice is not null) Publish(notice);
    }

    private void Complete(Slot place, TaskResult result)
    {
        var (watch, tell) = place.Watch.Completes();
        Set(place with { Watch = watch });
        if (!tell) return;
        var record = TaskRecord.Of(result, place.Task.Name, _session, ++_state.Results);
        _log.Info("Turn {Turn}: {Task} is {Status}", record.Turn, record.Task, record.Status);
        Publish(record);
        if (record.Status == ResultStatus.Completed && place.Delivery is { } delivery) Tell(delivery, new ActionMessages.Deliver(record.Id, TaskRecord.Json(record)));
    }

    // Answers to the failed actor's requests are dropped; its replacement receives the turns from now on.
    private void Replace(Slot place)
    {
        var (watch, notice) = place.Watch.Failed();
        var next = place with { Watch = watch };
        if (!watch.IsOff) next = Started(next);
        Set(next);
        Publish(notice);
        if (watch.IsOff) Settle();
        if (_state.Finisher is not null) Tell(next.Actor, new TaskMessages.Finish());
    }

    private Slot Started(Slot place)
    {
        _log.Debug("Task {Task} begins", place.Task.Name);
        var props = Akka.Actor.Props.Create(place.Task.Actor, place.Task).WithDispatcher(DispatcherIds.DedicatedThread);
        return place with { Actor = Context.Watch(ChildOf(props, $"task-{place.Task.Name}-{place.Watch.Failures + 1}")) };
    }

    private void Set(Slot place) => _state.Slots = _state.Slots.SetItem(_state.Slots.FindIndex(known => known.Task.Name == place.Task.Name), place);

    private void Settle()
    {
        if (_state.Finisher is not { } finisher || _state.Slots.Exists(place => !place.Watch.IsOff && (!place.Finished || place.Delivery is not null))) return;
        Timers.Cancel(TimeIsUp.Key);
        Finish(finisher);
    }

    private void Leave()
    {
        foreach (var place in _state.Slots.Where(place => !place.Watch.IsOff && !place.Finished)) Publish(place.Watch.Unfinished(_settings.Finish));
        foreach (var place in _state.Slots.Where(place => place.Finished && place.Delivery is not null))
        {
            Publish(new Notice(NoticeLevel.Warning, "action_unfinished", $"Results of task {place.Task.Name} were not all delivered when the session ended."));
        }
        if (_state.Finisher is { } finisher) Finish(finisher);
    }

    private void Finish(IActorRef finisher)
    {
        Tell(finisher, new TaskMessages.Finished());
        _state.Finisher = null;
    }

    // Only from the current actor of a task; messages of a failed one are void.
    private void From(Action<Slot> then)
    {
        if (_state.Slots.Find(place => place.Actor.Equals(Sender)) is { } place) then(place);
    }

    private void Publish(SessionRecord record) => Tell(_sinks, new SinkMessages.Write(record));

    /// <summary>
    /// A failed task stops: a restarted one would keep its mailbox and receive messages meant for its previous state. The failure of
    /// a delivery counts as a failure of this station.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(_ => _state.Slots.Exists(place => Sender.Equals(place.Delivery)) ? Directive.Escalate : Directive.Stop);

    private record struct State(ImmutableList<Slot> Slots, IActorRef? Finisher, long Results);

    private sealed record Slot(TaskSettings Task, TaskMonitor Watch)
    {
        public IActorRef Actor { get; init; } = ActorRefs.Nobody;
        public IActorRef? Delivery { get; init; }
        public bool Finished { get; init; }
    }

    private sealed record TimeIsUp
    {
        public const string Key = "time";
        public static readonly TimeIsUp Signal = new();
    }
}
