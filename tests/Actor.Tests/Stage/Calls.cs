using System.Collections.Concurrent;
using Xunit.Sdk;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>What an actor asked of a scripted device, in order, until the test looks at it.</summary>
internal sealed class Calls<T>(string what)
{
    // Only ever waited for in full by a test that fails.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly BlockingCollection<T> _calls = [];

    public bool Any => _calls.Count > 0;

    public void Add(T call) => _calls.Add(call);

    public T Next() => _calls.TryTake(out var call, Patience) ? call : throw new XunitException($"There was no {what} within {Patience.TotalSeconds} s.");

    public void ExpectNone()
    {
        if (_calls.TryTake(out var call)) throw new XunitException($"An unexpected {what}: {call}");
    }
}

/// <summary>Something an actor waits for.</summary>
internal static class Promises
{
    /// <summary>Keeps a promise; whoever waits for it has been told when this returns.</summary>
    public static void Keep<T>(this TaskCompletionSource<T> promise, T value) => Here(() =>
    {
        if (!promise.TrySetResult(value)) throw new XunitException($"Nobody waits for {value} any more.");
    });

    /// <summary>Breaks a promise.</summary>
    public static void Break<T>(this TaskCompletionSource<T> promise, Exception reason) => Here(() => promise.SetException(reason));

    /// <summary>A promise that is cancelled with the token.</summary>
    public static TaskCompletionSource<T> Until<T>(CancellationToken cancellation)
    {
        var promise = new TaskCompletionSource<T>();
        cancellation.Register(() => promise.TrySetCanceled(cancellation));
        return promise;
    }

    // A continuation runs at once only where no synchronization context asks for a queue, and the test runner brings one.
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
