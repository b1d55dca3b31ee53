using System.Collections.Concurrent;

namespace RealtimeAkka.Bench.Load;

/// <summary>A client whose sessions are loops until the measurement is over; a loop that fails earlier counts as a failure.</summary>
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

    /// <summary>Counts a failure of a started loop.</summary>
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
