using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// Receives from one connection: one receive at a time, none while too many events are unhandled, and none after the end.
/// One thread calls <see cref="Next"/> until it returns null; results that arrive later are reported on any thread, where the next
/// receive starts at once: what the runtime lends to a receive is then free on this thread, and nothing is allocated.
/// </summary>
/// <param name="arrived">Gets a result for which <see cref="Next"/> returned null.</param>
/// <param name="failed">Gets the exception of a receive that failed.</param>
/// <param name="unhandledUsage">Gets the last event, maybe twice, when the loop stops: it carries usage and may be unhandled.</param>
/// <param name="depth">Is told how many events are unhandled; null: nobody asks.</param>
public sealed class ReceiveLoop(
    Action<ReceiveResult> arrived, Action<Exception> failed, Action<ServerEvent> unhandledUsage, QueueDepth? depth = null)
{
    /// <summary>Unhandled events at which receiving pauses; a mark is due after every quarter of it.</summary>
    public const int ReadAhead = 256;

    private Action? _completed; // one delegate per connection: a task per receive would allocate more
    private ValueTask<ReceiveResult> _receiving;
    private volatile ReceiveResult? _last; // on whichever thread it completed
    private volatile bool _isStopped;
    private bool _isReceiving;
    private IRealtimeConnection? _connection;
    private volatile int _isAhead; // 1: _receiving was started, and nobody waits for it or has its result
    private long _received, _handled;

    /// <summary>The next result if it is there already; null if it arrives later, or receiving pauses.</summary>
    public ReceiveResult? Next(IRealtimeConnection connection)
    {
        if (_isReceiving || _received - _handled >= ReadAhead) return null;
        (_isReceiving, _connection) = (true, connection);
        if (_isAhead == 0) Start(connection);
        if (_receiving.IsCompletedSuccessfully) return Result();
        _last = null;
        Await();
        return null;
    }

    /// <summary>The caller handles this result now, so the next receive may start.</summary>
    public void Take(ReceiveResult result) => _isReceiving = result is ReceiveResult.End;

    /// <summary>Counts an event that was sent to its recipients. The number of the mark that must follow it, or null.</summary>
    public long? Count()
    {
        _received++;
        depth?.Count = _received - _handled;
        return _received % (ReadAhead / 4) == 0 ? _received : null;
    }

    /// <summary>All events up to this mark are handled.</summary>
    public void Handled(long mark)
    {
        _handled = mark;
        depth?.Count = _received - _handled;
    }

    /// <summary>The owner stops: what was received last, or is received from now on, may never be handled.</summary>
    public void Stop()
    {
        _isStopped = true;
        Interlocked.MemoryBarrier();
        ForwardUsage();
    }

    private void Start(IRealtimeConnection connection) => (_receiving, _isAhead) = (connection.ReceiveAsync(), 1);

    private void Await()
    {
        if (Interlocked.Exchange(ref _isAhead, 0) == 0) return;
        if (_receiving.IsCompleted) Completed();
        else _receiving.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_completed ??= Completed);
    }

    // One statement, so that no exception can separate a received event from _last.
    private ReceiveResult Result()
    {
        (_last, _isAhead) = (_receiving.GetAwaiter().GetResult(), 0);
        return _last;
    }

    private void Completed()
    {
        try
        {
            var result = Result();
            if (!_isStopped && result is not ReceiveResult.End && _received - _handled < ReadAhead - 1) Start(_connection!);
            arrived(result);
        }
        catch (Exception e)
        {
            failed(e);
            return;
        }
        Interlocked.MemoryBarrier(); // either this sees _isStopped, or Stop sees _last and _isAhead
        if (_isStopped) ForwardUsage();
    }

    private void ForwardUsage()
    {
        if (_last is ReceiveResult.Event { Value: (ResponseDone or AsrCompleted) and var e }) unhandledUsage(e);
        Await();
    }
}
