using System.Collections.Concurrent;
using Xunit.Sdk;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>An actor's calls to a scripted device, queued until the test takes them.</summary>
internal sealed class Calls<T>(string what)
{
    // Only a failing test waits that long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly BlockingCollection<T> _calls = [];

    public bool Any => _calls.Count > 0;

    public void Add(T call) => _calls.Add(call);

    public T Next() =>
        _calls.TryTake(out var call, Patience) ? call : throw new XunitException($"There was no {what} within {Patience.TotalSeconds} s.");

    public void ExpectNone()
    {
        if (_calls.TryTake(out var call)) throw new XunitException($"An unexpected {what}: {call}");
    }
}

/// <summary>Completion of tasks that an actor awaits.</summary>
internal static class Promises
{
    /// <summary>Completes a task; its continuations have run when this returns.</summary>
    public static void Keep<T>(this TaskCompletionSource<T> promise, T value) => Here(() =>
    {
        if (!promise.TrySetResult(value)) throw new XunitException($"Nobody waits for {value} any more.");
    });

    /// <summary>Fails a task.</summary>
    public static void Break<T>(this TaskCompletionSource<T> promise, Exception reason) => Here(() => promise.SetException(reason));

    /// <summary>A task that is cancelled with the token.</summary>
    public static TaskCompletionSource<T> Until<T>(CancellationToken cancellation)
    {
        var promise = new TaskCompletionSource<T>();
        cancellation.Register(() => promise.TrySetCanceled(cancellation));
        return promise;
    }

    // Continuations run inline only without a synchronization context, and the test runner sets one.
    private static void Here(Action action)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
