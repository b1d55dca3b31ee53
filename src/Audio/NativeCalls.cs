namespace RealtimeAkka.Audio;

/// <summary>
/// Runs the PortAudio calls that open and close one after the other: the library requires that, and with a frozen sound server a call
/// never returns. Each call has its own thread, so that callers can stop waiting after a time limit.
/// </summary>
public static class NativeCalls
{
    private static readonly Lock Gate = new();
    private static Task s_last = Task.CompletedTask;

    /// <summary>A call has not returned; any further call would wait for it.</summary>
    public static bool AnyRuns
    {
        get { lock (Gate) return !s_last.IsCompleted; }
    }

    /// <summary>Calls as soon as all earlier calls have returned.</summary>
    public static Task<T> Run<T>(Func<T> call)
    {
        lock (Gate)
        {
            var called = s_last.ContinueWith(
                _ => call(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
            s_last = called;
            return called;
        }
    }

    /// <summary>
    /// The same with a time limit, first for earlier calls and then for this one: throws <see cref="AudioDeviceException"/> after
    /// <paramref name="limit"/>; a later result goes to <paramref name="unwanted"/>. Nothing is called while an earlier call hangs.
    /// </summary>
    public static async Task<T> RunAsync<T>(Func<T> call, TimeSpan limit, Action<T> unwanted)
    {
        Task before;
        lock (Gate) before = s_last;
        try
        {
            await before.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw Silent();
        }
        var called = Run(call);
        try
        {
            return await called.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _ = called.ContinueWith(late => unwanted(late.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw Silent();
        }
    }

    /// <summary>Waits until all calls have returned, at most for the limit; true if they have.</summary>
    public static bool Wait(TimeSpan limit)
    {
        Task last;
        lock (Gate) last = s_last;
        return Task.WaitAny([last], limit) == 0;
    }

    private static AudioDeviceException Silent() => new("The sound system does not answer.");
}
