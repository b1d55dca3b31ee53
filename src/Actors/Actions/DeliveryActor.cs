using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Actions;

/// <summary>Makes deliveries one after the other; <see cref="DeliveryQueue"/> decides, this actor runs the tries and the timers.</summary>
public sealed class DeliveryActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly ActionSettings _settings;
    private readonly TimeProvider _clock;
    private readonly IActorRef _actor;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that waits for deliveries.</summary>
    public static Props Props(ActionSettings settings, TimeProvider clock) =>
        Akka.Actor.Props.Create(() => new DeliveryActor(settings, clock));

    /// <summary>Use <see cref="Props"/>.</summary>
    public DeliveryActor(ActionSettings settings, TimeProvider clock)
    {
        (_settings, _clock) = (settings, clock);
        _state = _checkpoint = new State(
            new DeliveryQueue(settings.Queue, settings.Retries), ImmutableDictionary<string, IActorRef>.Empty, Flusher: null, Tries: 0,
            Limit: null);
        _actor = settings.Actor is { } type ? Context.ActorOf(Akka.Actor.Props.Create(type).WithDispatcher(DispatcherIds.DedicatedThread))
            : ActorRefs.Nobody;

        Receive<ActionMessages.Deliver>(m =>
        {
            _state.Askers = _state.Askers.SetItem(m.Id, Sender);
            Take(_state.Queue.Add(m));
        });
        Receive<Ended>(m => End((long)m.Key, (Task<string>)m.Task));
        Receive<Late>(m => End(m.Number, null));
        Receive<Due>(_ => Take(_state.Queue.OnTime(_clock.Now())));
        Receive<ActionMessages.Flush>(_ =>
        {
            _state.Flusher = Sender;
            Flush();
        });
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        if (message is not ActionMessages.Deliver delivery) return false;
        Tell(Sender, new ActionMessages.Done(delivery.Id, null, "the delivery could not be made"));
        return true;
    }

    private void Take(Step<DeliveryQueue, DeliveryDecision> step)
    {
        _state.Queue = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        if (_state.Queue.NextDue is { } due) Timers.StartSingleTimer(Due.Key, Due.Signal, _clock.Until(due));
        Flush();
    }

    private void Do(DeliveryDecision decision)
    {
        switch (decision)
        {
            case DeliveryDecision.Try { Delivery: var delivery }:
                Try(delivery);
                break;
            case DeliveryDecision.Report { Done: var done }:
                if (!_state.Askers.TryGetValue(done.Id, out var asker)) break;
                Tell(asker, done);
                _state.Askers = _state.Askers.Remove(done.Id);
                break;
        }
    }

    // A try that neither ends nor observes its cancellation is abandoned: the number of its late result is outdated.
    private void Try(ActionMessages.Deliver delivery)
    {
        _log.Debug("Delivers {Event}", delivery.Id);
        var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        (_state.Tries, _state.Limit) = (_state.Tries + 1, limit);
        Timers.StartSingleTimer(Late.Key, new Late(_state.Tries), _settings.Timeout);
        Start(_state.Tries, () => RunAsync(delivery, limit.Token));
    }

    // Null: not done within the timeout.
    private void End(long number, Task<string>? output)
    {
        if (number != _state.Tries || _state.Limit is not { } limit) return;
        Timers.Cancel(Late.Key);
        limit.Cancel();
        Dispose(limit);
        _state.Limit = null;
        Take(output is { IsCompletedSuccessfully: true, Result: var done } ? _state.Queue.Succeeded(done)
            : NotDone(output?.Exception?.GetBaseException()));
    }

    private Step<DeliveryQueue, DeliveryDecision> NotDone(Exception? e) => _state.Queue.Failed(
        e?.Message ?? FormattableString.Invariant($"not done within {_settings.Timeout.TotalSeconds:0.###} s"),
        e is ActionException { Permanent: true }, _clock.Now());

    // Async, so that an exception thrown synchronously is a fault of the task, too.
    private async Task<string> RunAsync(ActionMessages.Deliver delivery, CancellationToken cancellation) =>
        _settings.Port is { } port ? await port.RunAsync(delivery.Id, delivery.Json, cancellation).ConfigureAwait(false)
        : await AskAsync(delivery).ConfigureAwait(false);

    private async Task<string> AskAsync(ActionMessages.Deliver delivery) =>
        (await _actor.Ask<ActionMessages.Ran>(new ActionMessages.Run(delivery.Id, delivery.Json), _settings.Timeout)
        .ConfigureAwait(false)).Output;

    private void Flush()
    {
        if (_state.Flusher is not { } flusher || !_state.Queue.IsEmpty) return;
        Tell(flusher, new ActionMessages.Flushed());
        _state.Flusher = null;
    }

    /// <inheritdoc/>
    protected override void PostStop() => _stop.Cancel();

    private record struct State(DeliveryQueue Queue, ImmutableDictionary<string, IActorRef> Askers, IActorRef? Flusher, long Tries,
        CancellationTokenSource? Limit);

    private sealed record Late(long Number)
    {
        public const string Key = "late";
    }

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }
}
