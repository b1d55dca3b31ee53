using RealtimeAkka.Actors.Stations;
using System.Collections.Immutable;
using RealtimeAkka.Protocol.Messages;
using Step = RealtimeAkka.Actors.Stations.Step<RealtimeAkka.Actors.Actions.DeliveryQueue, RealtimeAkka.Actors.Actions.DeliveryDecision>;

namespace RealtimeAkka.Actors.Actions;

/// <summary>A decision of the queue.</summary>
public abstract record DeliveryDecision
{
    private DeliveryDecision() { }

    /// <summary>Try this delivery.</summary>
    public sealed record Try(ActionMessages.Deliver Delivery) : DeliveryDecision;

    /// <summary>Send the result to the requester.</summary>
    public sealed record Report(ActionMessages.Done Done) : DeliveryDecision;
}

/// <summary>
/// Deliveries in order, one at a time, each tried until it is done or given up: at least once, as long as the process lives.
/// </summary>
public sealed record DeliveryQueue(int Capacity, int Retries)
{
    // The delay before the first retry; it doubles up to the maximum.
    private static readonly Backoff Wait = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));

    private ImmutableQueue<ActionMessages.Deliver> Waiting { get; init; } = [];
    private int Count { get; init; }
    private ActionMessages.Deliver? Current { get; init; }
    private int Failures { get; init; }
    private TimeSpan? RetryAt { get; init; }

    /// <summary>Nothing waits or is under way.</summary>
    public bool IsEmpty => Current is null && Waiting.IsEmpty;

    /// <summary>When <see cref="OnTime"/> is due; null if no retry is planned.</summary>
    public TimeSpan? NextDue => RetryAt;

    /// <summary>Adds a delivery; it is refused if too many wait.</summary>
    public Step Add(ActionMessages.Deliver delivery)
    {
        if (Current is null) return new(this with { Current = delivery, Failures = 0 }, [new DeliveryDecision.Try(delivery)]);
        return Count >= Capacity
            ? new(this, [new DeliveryDecision.Report(new(delivery.Id, null, "queue_full"))])
            : new(this with { Waiting = Waiting.Enqueue(delivery), Count = Count + 1 }, []);
    }

    /// <summary>The current delivery is done.</summary>
    public Step Succeeded(string output) => Current is { } done ? Proceed(new(done.Id, output, null)) : new(this, []);

    /// <summary>The current delivery was not done: it is tried again later, or given up.</summary>
    public Step Failed(string reason, bool permanent, TimeSpan now)
    {
        if (Current is not { } failed) return new(this, []);
        if (permanent || Failures >= Retries) return Proceed(new(failed.Id, null, reason));
        return new(this with { Failures = Failures + 1, RetryAt = now + Wait.After(Failures) }, []);
    }

    /// <summary>Time has passed.</summary>
    public Step OnTime(TimeSpan now) =>
        Current is { } again && RetryAt <= now ? new(this with { RetryAt = null }, [new DeliveryDecision.Try(again)]) : new(this, []);

    private Step Proceed(ActionMessages.Done done)
    {
        var report = new DeliveryDecision.Report(done);
        if (Waiting.IsEmpty) return new(this with { Current = null, RetryAt = null }, [report]);
        var rest = Waiting.Dequeue(out var next);
        return new(this with { Waiting = rest, Count = Count - 1, Current = next, Failures = 0, RetryAt = null },
            [report, new DeliveryDecision.Try(next)]);
    }
}
