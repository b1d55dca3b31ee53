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
    private IActorRef? _flusher;

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
        Receive<Tried>(m => Take(m.Output is { } output ? _queue.Succeeded(output) : _queue.Failed(m.Error!, m.Permanent, _clock.Now())));
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
                _log.Debug("Delivers {Event}", delivery.Id);
                TryAsync(delivery).PipeTo(Self);
                break;
            case DeliveryDecision.Report { Done: var done }:
                if (_askers.Remove(done.Id, out var asker)) asker.Tell(done);
                break;
        }
    }

    // One that neither ends nor heeds its cancellation is left behind: the queue goes on.
    private async Task<Tried> TryAsync(ActionMessages.Deliver delivery)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            var run = _settings.Port is { } port ? port.RunAsync(delivery.Id, delivery.Json, limit.Token) : AskAsync(delivery);
            return new Tried(await run.WaitAsync(_settings.Timeout, _clock).ConfigureAwait(false), null, false);
        }
        catch (ActionException e)
        {
            return new Tried(null, e.Message, e.Permanent);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await limit.CancelAsync().ConfigureAwait(false);
            return new Tried(null, FormattableString.Invariant($"not done within {_settings.Timeout.TotalSeconds:0.###} s"), false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new Tried(null, e.Message, false); // a fault of the action's is no fault of ours
        }
    }

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

    private sealed record Tried(string? Output, string? Error, bool Permanent);

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }
}
