namespace Akka.Actor;

/// <summary>Something that can be called off.</summary>
public interface ICancelable
{
    bool IsCancellationRequested { get; }
    CancellationToken Token { get; }
    void Cancel();
    void Cancel(bool throwOnFirstException);
    void CancelAfter(TimeSpan delay);
    void CancelAfter(int millisecondsDelay);
}

/// <summary>Calls off whatever was scheduled with it. The token is made only for those who ask.</summary>
public class Cancelable : ICancelable, IDisposable
{
    private readonly IActionScheduler? _scheduler;
    private readonly object _gate = new();
    private TimerEntry? _entry; // nearly always the only one
    private List<TimerEntry>? _others;
    private CancellationTokenSource? _source;

    public Cancelable(IScheduler scheduler) : this(scheduler.Advanced) { }

    public Cancelable(IScheduler scheduler, TimeSpan delay) : this(scheduler.Advanced, delay) { }

    public Cancelable(IScheduler scheduler, int millisecondsDelay) : this(scheduler, TimeSpan.FromMilliseconds(millisecondsDelay)) { }

    public Cancelable(IActionScheduler scheduler) => _scheduler = scheduler;

    public Cancelable(IActionScheduler scheduler, TimeSpan delay) : this(scheduler) => CancelAfter(delay);

    internal Cancelable() { }

    public bool IsCancellationRequested { get; private set; }
    public bool IsDisposed { get; private set; }

    public CancellationToken Token
    {
        get
        {
            lock (_gate)
            {
                _source ??= new CancellationTokenSource();
                if (IsCancellationRequested)
                    _source.Cancel();
                return _source.Token;
            }
        }
    }

    public static ICancelable CreateCanceled()
    {
        var cancelled = new Cancelable();
        cancelled.Cancel();
        return cancelled;
    }

    public void Cancel() => Cancel(false);

    public void Cancel(bool throwOnFirstException)
    {
        CancellationTokenSource? source;
        TimerEntry? entry;
        List<TimerEntry>? others;
        lock (_gate)
        {
            if (IsCancellationRequested)
                return;
            IsCancellationRequested = true;
            source = _source;
            (entry, others) = (_entry, _others);
            (_entry, _others) = (null, null);
        }
        entry?.Cancel();
        others?.ForEach(other => other.Cancel());
        source?.Cancel(throwOnFirstException);
    }

    public void CancelAfter(TimeSpan delay) => _scheduler!.ScheduleOnce(delay, Cancel);

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    public void Dispose()
    {
        IsDisposed = true;
        _source?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal void Attach(TimerEntry entry)
    {
        lock (_gate)
        {
            if (!IsCancellationRequested)
            {
                if (_entry is null)
                    _entry = entry;
                else
                    (_others ??= []).Add(entry);
                return;
            }
        }
        entry.Cancel();
    }

    internal void Detach(TimerEntry entry)
    {
        lock (_gate)
        {
            if (_entry == entry)
                _entry = null;
            else
                _others?.Remove(entry);
        }
    }
}

/// <summary>For fields that may hold none.</summary>
public static class CancelableExtensions
{
    public static void CancelIfNotNull(this ICancelable? cancelable) => cancelable?.Cancel();
}
