using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>
/// All tasks of a session: tells them the turns, passes their questions on, and takes their results to the sinks and to
/// whoever they are delivered to. A task that fails is replaced; nobody else hears of it.
/// </summary>
public sealed class TasksActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<Place> _places;
    private readonly TasksSettings _settings;
    private readonly string _session;
    private readonly TimeProvider _clock;
    private readonly IActorRef _outOfBand;
    private readonly IActorRef _sinks;
    private IActorRef? _finisher;
    private long _results;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that starts every task and introduces itself to the turns.</summary>
    public static Props Props(TasksSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef outOfBand, IActorRef sinks) =>
        Akka.Actor.Props.Create(() => new TasksActor(settings, facts, clock, turns, outOfBand, sinks));

    /// <summary>Use <see cref="Props"/>.</summary>
    public TasksActor(TasksSettings settings, SessionFacts facts, TimeProvider clock, IActorRef turns, IActorRef outOfBand, IActorRef sinks)
    {
        (_settings, _session, _clock, _outOfBand, _sinks) = (settings, facts.Id.Value, clock, outOfBand, sinks);
        _places = [.. settings.Tasks.Select(task => new Place(task, new TaskWatch(task.Name, settings.Ahead)))];
        foreach (var place in _places)
        {
            if (place.Task.Action is { } action) place.Delivery = Context.ActorOf(DeliveryActor.Props(action, clock), $"deliver-{place.Task.Name}");
            Start(place);
        }

        Receive<TurnFacts.Told>(m => _places.ForEach(place => Tell(place, m)));
        Receive<TaskMessages.Demand>(m => _places.Find(place => place.Task.Name == m.Task)?.Actor.Forward(m));
        Receive<TaskMessages.Handled>(_ => From(place => place.Watch = place.Watch.Handled()));
        Receive<TaskMessages.Ask>(m => From(place => Ask(place, m.Request)));
        Receive<TaskMessages.Completed>(m => From(place => Complete(place, m.Result)));
        Receive<TaskMessages.Noticed>(m => From(_ => Tell(m.Notice)));
        Receive<ActionMessages.Done>(m =>
        {
            _log.Debug("Delivery {Event} is over: {Reason}", m.Id, m.Error ?? "done");
            if (m.Error is not null) Tell(new Notice(NoticeLevel.Warning, "action_failed", $"Result {m.Id} could not be delivered: {m.Error}."));
        });
        Receive<Terminated>(m =>
        {
            if (_places.Find(place => place.Actor.Equals(m.ActorRef)) is { } place) Replace(place);
        });
        Receive<TaskMessages.Finish>(_ =>
        {
            _finisher = Sender;
            Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, settings.Finish);
            foreach (var place in _places) place.Actor.Tell(new TaskMessages.Finish());
            Settle();
        });
        Receive<TaskMessages.Finished>(_ => From(place =>
        {
            place.Finished = true;
            place.Delivery?.Tell(new ActionMessages.Flush());
            Settle();
        }));
        Receive<ActionMessages.Flushed>(_ =>
        {
            foreach (var place in _places.Where(place => Sender.Equals(place.Delivery))) place.Delivery = null;
            Settle();
        });
        Receive<TimeIsUp>(_ => GiveUp());

        if (_places.Count > 0) turns.Tell(new TurnMessages.Attach());
    }

    private void Tell(Place place, TurnFacts.Told heard)
    {
        (place.Watch, var tell, var notice) = place.Watch.On(heard.Turn.Turn);
        if (tell) place.Actor.Tell(heard);
        if (notice is not null) Tell(notice);
    }

    private void Ask(Place place, OutOfBandRequest request)
    {
        (place.Watch, var ask, var notice) = place.Watch.Asks();
        if (ask) _outOfBand.Tell(new OutOfBandMessages.Ask(request with { Task = place.Task.Name }, Again: true), Sender);
        if (notice is not null) Tell(notice);
    }

    private void Complete(Place place, TaskResult result)
    {
        (place.Watch, var tell) = place.Watch.Completes();
        if (!tell) return;
        var record = TaskRecord.Of(result, place.Task.Name, _session, ++_results);
        _log.Info("Turn {Turn}: {Task} is {Status}", record.Turn, record.Task, record.Status);
        Tell(record);
        if (record.Status == ResultStatus.Completed) place.Delivery?.Tell(new ActionMessages.Deliver(record.Id, TaskRecord.Json(record)));
    }

    // What the failed one has asked is answered to nobody; the new one hears the turns from now on.
    private void Replace(Place place)
    {
        (place.Watch, var notice) = place.Watch.Failed();
        Tell(notice);
        if (place.Watch.IsOff) Settle();
        else Start(place);
        if (_finisher is not null) place.Actor.Tell(new TaskMessages.Finish());
    }

    private void Start(Place place)
    {
        place.Actor = Context.Watch(Context.ActorOf(Akka.Actor.Props.Create(place.Task.Actor, place.Task).WithDispatcher(Threads.Own)));
        _log.Debug("Task {Task} begins", place.Task.Name);
    }

    private void Settle()
    {
        if (_finisher is null || _places.Exists(place => !place.Watch.IsOff && (!place.Finished || place.Delivery is not null))) return;
        Timers.Cancel(TimeIsUp.Key);
        _finisher.Tell(new TaskMessages.Finished());
        _finisher = null;
    }

    private void GiveUp()
    {
        foreach (var place in _places.Where(place => !place.Watch.IsOff && !place.Finished)) Tell(place.Watch.Unfinished(_settings.Finish));
        foreach (var place in _places.Where(place => place.Finished && place.Delivery is not null))
        {
            Tell(new Notice(NoticeLevel.Warning, "action_unfinished", $"Results of task {place.Task.Name} were not all delivered when the session ended."));
        }
        _finisher?.Tell(new TaskMessages.Finished());
        _finisher = null;
    }

    // Only from the task that is there now; what a failed one has said before is void.
    private void From(Action<Place> then)
    {
        if (_places.Find(place => place.Actor.Equals(Sender)) is { } place) then(place);
    }

    private void Tell(SessionRecord record) => _sinks.Tell(new SinkMessages.Write(record));

    /// <summary>A task that fails stops: a restarted one would keep its mailbox and hear what was meant for its former self.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private sealed class Place(TaskSettings task, TaskWatch watch)
    {
        public TaskSettings Task { get; } = task;
        public TaskWatch Watch { get; set; } = watch;
        public IActorRef Actor { get; set; } = ActorRefs.Nobody;
        public IActorRef? Delivery { get; set; }
        public bool Finished { get; set; }
    }

    private sealed record TimeIsUp
    {
        public const string Key = "time";
        public static readonly TimeIsUp Signal = new();
    }
}
