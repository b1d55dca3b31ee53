using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>Hangs the filters into the listener while an action runs, and counts.</summary>
internal sealed class EventFilterApplier(TestKitBase testKit, ActorSystem system, IReadOnlyList<EventFilterRule> filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(testKit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, action, cancellationToken);
    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) => Expect(1, timeout, action, cancellationToken);
    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Expect(1, func, cancellationToken);
    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) => Expect(1, timeout, func, cancellationToken);
    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) => ExpectAsync(1, actionAsync, cancellationToken);
    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) => ExpectAsync(1, timeout, action, cancellationToken);
    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) => ExpectAsync(1, func, cancellationToken);
    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) => ExpectAsync(1, timeout, func, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) => Wait(Intercept(Async(action), null, expectedCount, cancellationToken));
    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) => Wait(Intercept(Async(action), timeout, expectedCount, cancellationToken));
    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) => Wait(Intercept(() => Task.FromResult(func()), null, expectedCount, cancellationToken));
    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) => Wait(Intercept(() => Task.FromResult(func()), timeout, expectedCount, cancellationToken));
    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) => Intercept(Async(actionAsync), null, expectedCount, cancellationToken);
    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default) => Intercept(Async(actionAsync), timeout, expectedCount, cancellationToken);
    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) => Intercept(Async(action), timeout, expectedCount, cancellationToken);
    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) => Intercept(func, null, expectedCount, cancellationToken);
    public Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) => Intercept(func, timeout, expectedCount, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default) => Wait(Intercept(Async(action), null, null, cancellationToken));
    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Wait(Intercept(() => Task.FromResult(func()), null, null, cancellationToken));
    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) => Intercept(Async(action), null, null, cancellationToken);
    public Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) => Intercept(func, null, null, cancellationToken);

    public IUnmutableFilter Mute()
    {
        system.EventStream.Publish(new Mute(filters));
        return new Unmutable(() => system.EventStream.Publish(new Unmute(filters)));
    }

    /// <summary>Runs the action and waits until the expected number of events was seen; no number means any.</summary>
    private async Task<T> Intercept<T>(Func<Task<T>> action, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
    {
        var seen = Channel.CreateUnbounded<LogEvent>();
        Action<LogEvent> note = e => seen.Writer.TryWrite(e);
        foreach (var filter in filters)
            filter.Matched += note;
        using var muted = Mute();
        try
        {
            var result = await action();
            var count = 0;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeout is { } given ? testKit.Dilated(given) : testKit.TestKitSettings.TestEventFilterLeeway);
            try
            {
                for (; count < expected; count++)
                    await seen.Reader.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw TestKitBase.Failure($"Timeout while waiting for {expected} messages. Only received {count}.");
            }
            if (expected is not null && seen.Reader.Count > 0)
                throw TestKitBase.Failure($"Received {count + seen.Reader.Count} messages, expected {expected}.");
            return result;
        }
        finally
        {
            foreach (var filter in filters)
                filter.Matched -= note;
        }
    }

    private static Func<Task<bool>> Async(Action action) => () =>
    {
        action();
        return Task.FromResult(true);
    };

    private static Func<Task<bool>> Async(Func<Task> action) => async () =>
    {
        await action();
        return true;
    };

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private sealed class Unmutable(Action unmute) : IUnmutableFilter
    {
        public void Unmute() => unmute();

        public void Dispose() => unmute();
    }
}
