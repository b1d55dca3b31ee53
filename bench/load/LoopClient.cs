using System.Collections.Concurrent;

namespace RealtimeAkka.Bench.Load;

/// <summary>A client whose sessions are loops: they run until the measurement is over, and to end before that is to fail.</summary>
internal abstract class LoopClient(Tally tally) : ILoadClient
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _ended = [];

    public abstract string Runtime { get; }

    protected Tally Tally => tally;

    /// <summary>Cancelled when the measurement is over.</summary>
    protected CancellationToken Stop => _stop.Token;

    public abstract Task StartAsync(int number);

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_ended).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Watches over a loop that has been started.</summary>
    protected void Watch(Task loop) => _ended.Add(WatchAsync(loop));

    private async Task WatchAsync(Task loop)
    {
        try
        {
            await loop.ConfigureAwait(false);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
        catch (Exception e)
        {
            Tally.Fail(e.GetBaseException().Message);
        }
    }
}
