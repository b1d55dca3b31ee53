namespace RealtimeAkka.Host.Audio;

/// <summary>
/// Calls into PortAudio that open and close, one after the other: the library wants that, and with a frozen sound server a call
/// does not come back. Nobody has to wait for it: a call has a thread of its own, and who asks gives up after a while.
/// </summary>
public static class NativeCalls
{
    private static readonly Lock Gate = new();
    private static Task s_last = Task.CompletedTask;

    /// <summary>A call has not come back. Any other would wait for it.</summary>
    public static bool AnyRuns
    {
        get { lock (Gate) return !s_last.IsCompleted; }
    }

    /// <summary>Calls as soon as the calls before have come back.</summary>
    public static Task<T> Run<T>(Func<T> call)
    {
        lock (Gate)
        {
            var called = s_last.ContinueWith(_ => call(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
            s_last = called;
            return called;
        }
    }

    /// <summary>
    /// The same with an end to the patience: throws <see cref="SoundException"/> after <paramref name="limit"/>, and what comes
    /// of the call after all is given to <paramref name="unwanted"/>. While an earlier call hangs nothing is called.
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
            _ = called.ContinueWith(late => unwanted(late.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw Silent();
        }
    }

    /// <summary>Waits until all calls have come back, or for the limit; tells whether they have.</summary>
    public static bool Wait(TimeSpan limit)
    {
        Task last;
        lock (Gate) last = s_last;
        return Task.WaitAny([last], limit) == 0;
    }

    private static SoundException Silent() => new("The sound system does not answer.");
}
