using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Actions;

/// <summary>Makes deliveries one after the other; <see cref="DeliveryQueue"/> decides, this tries them and keeps the time.</summary>
public sealed class DeliveryActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly ActionSettings _settings;
    private readonly TimeProvider _clock;
    private readonly IActorRef _actor;
    private readonly Dictionary<string, IActorRef> _askers = [];
    private DeliveryQueue _queue;
    private CancellationTokenSource? _limit;
    private IActorRef? _flusher;
    private long _tries;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that waits for deliveries.</summary>
    public static Props Props(ActionSettings settings, TimeProvider clock) => Akka.Actor.Props.Create(() => new DeliveryActor(settings, clock));

    /// <summary>Use <see cref="Props"/>.</summary>
    public DeliveryActor(ActionSettings settings, TimeProvider clock)
    {
        (_settings, _clock) = (settings, clock);
        _queue = new DeliveryQueue(settings.Queue, settings.Retries);
        _actor = settings.Actor is { } type ? Context.ActorOf(Akka.Actor.Props.Create(type).WithDispatcher(Threads.Own)) : ActorRefs.Nobody;

        Receive<ActionMessages.Deliver>(m =>
        {
            _askers[m.Id] = Sender;
            Take(_queue.Add(m));
        });
        Receive<Tried>(Tell);
        Receive<Late>(m => Tell(new Tried(m.Number, null, FormattableString.Invariant($"not done within {_settings.Timeout.TotalSeconds:0.###} s"), false)));
        Receive<Due>(_ => Take(_queue.OnTime(_clock.Now())));
        Receive<ActionMessages.Flush>(_ =>
        {
            _flusher = Sender;
            Flush();
        });
    }

    private void Take(DeliveryQueue.Step step)
    {
        _queue = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
        if (_queue.NextDue is { } due) Timers.StartSingleTimer(Due.Key, Due.Signal, due > _clock.Now() ? due - _clock.Now() : TimeSpan.Zero);
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
                if (_askers.Remove(done.Id, out var asker)) asker.Tell(done);
                break;
        }
    }

    // One that neither ends nor heeds its cancellation is left behind: what it says later is about an older try.
    private void Try(ActionMessages.Deliver delivery)
    {
        _log.Debug("Delivers {Event}", delivery.Id);
        var (number, limit) = (++_tries, CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
        _limit = limit;
        Timers.StartSingleTimer(Late.Key, new Late(number), _settings.Timeout);
        RunAsync(delivery, limit.Token).PipeTo(
            Self,
            success: output => new Tried(number, output, null, false),
            failure: e => new Tried(number, null, e.GetBaseException().Message, e.GetBaseException() is ActionException { Permanent: true }));
    }

    private void Tell(Tried tried)
    {
        if (tried.Number != _tries || _limit is null) return;
        Timers.Cancel(Late.Key);
        _limit.Cancel();
        _limit.Dispose();
        _limit = null;
        Take(tried.Output is { } output ? _queue.Succeeded(output) : _queue.Failed(tried.Error!, tried.Permanent, _clock.Now()));
    }

    // Its own faults are faults of the task, also those it throws at once.
    private async Task<string> RunAsync(ActionMessages.Deliver delivery, CancellationToken cancellation) =>
        _settings.Port is { } port ? await port.RunAsync(delivery.Id, delivery.Json, cancellation).ConfigureAwait(false) : await AskAsync(delivery).ConfigureAwait(false);

    private async Task<string> AskAsync(ActionMessages.Deliver delivery) =>
        (await _actor.Ask<ActionMessages.Ran>(new ActionMessages.Run(delivery.Id, delivery.Json), _settings.Timeout).ConfigureAwait(false)).Output;

    private void Flush()
    {
        if (_flusher is null || !_queue.IsEmpty) return;
        _flusher.Tell(new ActionMessages.Flushed());
        _flusher = null;
    }

    /// <inheritdoc/>
    protected override void PostStop() => _stop.Cancel();

    private sealed record Tried(long Number, string? Output, string? Error, bool Permanent);

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
