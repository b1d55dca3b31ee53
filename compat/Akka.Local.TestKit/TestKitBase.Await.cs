using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Trying again until it is so.</summary>
public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Wait(AwaitAssertAsync(assertion, duration, interval, cancellationToken));

    public Task AwaitAssertAsync(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(() =>
        {
            assertion();
            return Task.CompletedTask;
        }, duration, interval, cancellationToken);

    public async Task AwaitAssertAsync(Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var stop = Now + RemainingOrDilated(duration);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Now < stop)
            {
                await Task.Delay(Max(Min(stop - Now, interval ?? DefaultInterval), TimeSpan.Zero), cancellationToken);
            }
        }
    }

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) => Wait(AwaitConditionAsync(conditionIsFulfilled, cancellationToken));
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) => Wait(AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken));
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) => Wait(AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken));
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) => Wait(AwaitConditionAsync(conditionIsFulfilled, max, interval, message, cancellationToken));

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) => AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) => AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) => AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), max, interval, message, cancellationToken);

    public async Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        Check(await AwaitConditionNoThrowAsync(conditionIsFulfilled, limit, interval, cancellationToken), $"Timeout {limit} expired while waiting for condition.", message);
    }

    public bool AwaitConditionNoThrow(Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Wait(AwaitConditionNoThrowAsync(conditionIsFulfilled, max, interval, cancellationToken));

    public Task<bool> AwaitConditionNoThrowAsync(Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitConditionNoThrowAsync(() => Task.FromResult(conditionIsFulfilled()), max, interval, cancellationToken);

    public async Task<bool> AwaitConditionNoThrowAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var stop = Now + max;
        while (!await conditionIsFulfilled())
        {
            if (Now >= stop)
                return false;
            await Task.Delay(Max(Min(stop - Now, interval ?? DefaultInterval), TimeSpan.Zero), cancellationToken);
        }
        return true;
    }
}
