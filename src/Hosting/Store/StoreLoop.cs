using System.Globalization;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Store;

/// <summary>
/// Copies the sessions of this process to the store while they run. A store that does not answer delays nobody: it is asked again, and what
/// waits for it waits in the folders.
/// </summary>
public sealed class StoreLoop : IAsyncDisposable
{
    // A turn is in the store within a second; a store that is gone is asked again within a quarter of a minute.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500), MaxRetry = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _ending = new(), _stop = new();
    private readonly ISessionStore _store;
    private readonly StoreShipper _shipper;
    private readonly TimeSpan? _keep;
    private readonly TimeProvider _clock;
    private readonly Action<string> _warn;
    private readonly Task _running;
    private DateTimeOffset? _failingSince, _forgotten;
    private volatile bool _isUp, _isDone;

    /// <summary>
    /// Begins, with what the store lacks of earlier sessions; <paramref name="warn"/> gets a line per outage and per recovery.
    /// </summary>
    public StoreLoop(string directory, ISessionStore store, TimeSpan? keep, TimeProvider clock, Action<string> warn)
    {
        (_store, _keep, _clock, _warn) = (store, keep, clock, warn);
        _shipper = new StoreShipper(directory, store, keep, clock, warn);
        _shipper.Scan();
        _running = Task.Run(RunAsync);
    }

    /// <summary>The store answered the last time it was asked.</summary>
    public bool IsUp => _isUp;

    /// <summary>Bytes of records that the store does not have yet, of the sessions that are being copied.</summary>
    public long Waiting => _shipper.Waiting;

    /// <summary>How long to wait after so many failures in a row.</summary>
    public static TimeSpan RetryAfter(int failures) => failures > 5 ? MaxRetry : Interval * (1 << Math.Max(failures - 1, 0));

    /// <summary>A session begins, whose folder is there; it is over when the result is disposed.</summary>
    public IDisposable Follow(SessionId id) => _shipper.Follow(id);

    /// <summary>
    /// Copies what is there by now of the sessions of this process, for at most <paramref name="limit"/>. False: the store has not taken
    /// all of it, and a later process copies it.
    /// </summary>
    public async Task<bool> EndAsync(TimeSpan limit)
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        _stop.CancelAfter(limit);
        await _running.ConfigureAwait(false);
        return _isDone;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        for (var failures = 0; !_isDone && !_stop.IsCancellationRequested;)
        {
            // Asked first: what was written until then is read by this pass.
            var isEnding = _ending.IsCancellationRequested;
            var wait = TimeSpan.Zero;
            try
            {
                await ForgetAsync().ConfigureAwait(false);
                var pass = await _shipper.PassAsync(_stop.Token).ConfigureAwait(false);
                Answered();
                failures = 0;
                _isDone = isEnding && pass is { HasWritten: false, HasMore: false, Unreadable: 0 };
                if (!pass.HasMore && (!isEnding || pass.Unreadable > 0)) wait = Interval;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException e) when (e.IsRefused)
            {
                // The shipper tries the sessions one by one.
            }
            // A fault of ours must not end the copying either.
            catch (Exception e)
            {
                Failed(e);
                wait = RetryAfter(++failures);
            }
            await WaitAsync(wait, isEnding).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(TimeSpan wait, bool isEnding)
    {
        if (wait == TimeSpan.Zero) return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, isEnding ? CancellationToken.None : _ending.Token);
        try
        {
            await Task.Delay(wait, _clock, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The end does not wait.
        }
    }

    // Once a day; how many go at once is bounded by the store.
    private async Task ForgetAsync()
    {
        var now = _clock.GetUtcNow();
        if (_keep is not { } keep || now - _forgotten < Day) return;
        while (await _store.ForgetAsync(now - keep, _stop.Token).ConfigureAwait(false) > 0) { }
        _forgotten = now;
    }

    private void Failed(Exception e)
    {
        _isUp = false;
        if (_failingSince is not null) return;
        _failingSince = _clock.GetUtcNow();
        _warn($"The store does not answer ({e.Message.TrimEnd('.')}); calls go on, and their records wait in their folders.");
    }

    private void Answered()
    {
        _isUp = true;
        if (_failingSince is not { } since) return;
        _failingSince = null;
        var seconds = (_clock.GetUtcNow() - since).TotalSeconds;
        _warn(string.Create(CultureInfo.InvariantCulture, $"The store answers again after {seconds:0} s."));
    }
}
