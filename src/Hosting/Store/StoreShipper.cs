using System.Collections.Concurrent;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Store;

/// <summary>What a pass has done.</summary>
/// <param name="Records">Records that were copied.</param>
/// <param name="HasWritten">Something was copied, if only the state of a session.</param>
/// <param name="HasMore">There is more that a batch did not hold.</param>
/// <param name="Unreadable">So many sessions could not be read just now, and are tried again.</param>
public readonly record struct ShipPass(int Records, bool HasWritten, bool HasMore, int Unreadable = 0);

/// <summary>
/// Copies recorded sessions from their folders to the store, one batch at a time: those that this process writes, and at its start those of
/// earlier ones that the store lacks. What it has to remember is in the folders and in the store: nothing is queued but names.
/// </summary>
/// <param name="directory">The directory of the folders.</param>
/// <param name="store">The store.</param>
/// <param name="keep">Sessions that started longer ago are not copied; null: all are.</param>
/// <param name="clock">The time.</param>
/// <param name="warn">Gets a line about each session that cannot be copied.</param>
public sealed class StoreShipper(string directory, ISessionStore store, TimeSpan? keep, TimeProvider clock, Action<string> warn)
{
    // A batch, and sessions besides those that this process writes: when more have ended than that, they are found again in the directory.
    private const int MaxRecords = 2000, MaxBytes = 4 * 1024 * 1024, MaxEnded = 10_000, MaxScanned = 500;

    private readonly ConcurrentQueue<SessionTail> _begun = new();
    private readonly Dictionary<string, SessionTail> _tails = new(StringComparer.Ordinal);
    private readonly Queue<SessionTail> _turns = new(); // in the order in which they are read
    private IEnumerator<string>? _scan;
    private int _alone; // a batch was refused: so many more of one session each
    private long _waiting;

    /// <summary>
    /// Bytes of records that were not in the store at the end of the last pass, of the sessions that are being copied. Any thread may ask.
    /// </summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Also copies every session in the directory that the store lacks.</summary>
    public void Scan() => _scan = SessionFolders.All(directory).GetEnumerator();

    /// <summary>A session of this process begins, whose folder is there; it is over when the result is disposed.</summary>
    public IDisposable Follow(SessionId id)
    {
        var tail = new SessionTail(Path.Combine(directory, id.Value)) { IsLive = true };
        _begun.Enqueue(tail);
        return new Following(tail);
    }

    /// <summary>
    /// Copies one batch. Throws <see cref="StoreException"/> if the store does not take it: the next pass asks the store what it has.
    /// </summary>
    public async Task<ShipPass> PassAsync(CancellationToken cancellation)
    {
        var isScanning = Take();
        try
        {
            await AskAsync(cancellation).ConfigureAwait(false);
            var (parts, hasMore, unreadable) = Gather();
            if (parts.Count > 0) await store.WriteAsync([.. parts.Select(part => part.Part)], cancellation).ConfigureAwait(false);
            foreach (var (tail, part) in parts) tail.Written(part);
            if (_alone > 0) _alone--;
            return new ShipPass(parts.Sum(part => part.Part.Records.Count), parts.Count > 0, hasMore || isScanning, unreadable);
        }
        catch (StoreException e)
        {
            Refused(e);
            foreach (var tail in _tails.Values) tail.Forget();
            throw;
        }
        finally
        {
            Volatile.Write(ref _waiting, _tails.Values.Sum(tail => tail.Waiting));
        }
    }

    // A batch of several sessions that is refused is tried again one by one; a session that is refused alone is left to its folder.
    private void Refused(StoreException e)
    {
        if (!e.IsRefused) return;
        if (_alone > 0 && _turns.LastOrDefault() is { } last)
        {
            _tails.Remove(last.Id);
            warn($"{last.Id} is not copied to the store, which refuses it: {e.Message}");
        }
        _alone = _tails.Count;
    }

    // Sessions that have begun, and the next ones of the directory as long as few wait. False: there are no more of them.
    private bool Take()
    {
        while (_begun.TryDequeue(out var tail)) Add(tail);
        var ended = _tails.Values.Count(tail => !tail.IsLive);
        if (ended > MaxEnded)
        {
            foreach (var tail in _tails.Values.Where(tail => !tail.IsLive)) _tails.Remove(tail.Id);
            Scan();
            ended = 0;
        }
        if (_scan is null) return false;
        if (ended >= MaxScanned) return true;
        var oldest = keep is { } age ? clock.GetUtcNow() - age : DateTimeOffset.MinValue;
        for (var found = 0; found < MaxScanned;)
        {
            if (!_scan.MoveNext())
            {
                _scan = null;
                return found > 0;
            }
            var folder = _scan.Current;
            if (CallIds.Read(Path.GetFileName(folder)) is null || new DirectoryInfo(folder).LinkTarget is not null
                || RecordedSession.Start(folder) < oldest) continue;
            if (!_tails.ContainsKey(Path.GetFileName(folder))) Add(new SessionTail(folder));
            found++;
        }
        return true;
    }

    private void Add(SessionTail tail)
    {
        _tails[tail.Id] = tail; // one that the directory gave is not known to be live
        _turns.Enqueue(tail);
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        foreach (var unknown in _tails.Values.Where(tail => tail.Position is null).Chunk(MaxScanned))
        {
            var known = await store.PositionsAsync([.. unknown.Select(tail => tail.Id)], cancellation).ConfigureAwait(false);
            foreach (var tail in unknown) tail.Known(known.TryGetValue(tail.Id, out var position) ? position : null);
        }
    }

    // The sessions take turns: whoever was read goes to the end of the queue.
    private (List<(SessionTail Tail, SessionPart Part)> Parts, bool HasMore, int Unreadable) Gather()
    {
        var parts = new List<(SessionTail, SessionPart)>();
        var (records, bytes, hasMore, unreadable, now) = (0, 0L, false, 0, clock.GetUtcNow());
        for (var left = _turns.Count; left > 0; left--)
        {
            if (records >= MaxRecords || bytes >= MaxBytes || (_alone > 0 && parts.Count > 0)) return (parts, true, unreadable);
            var tail = _turns.Dequeue();
            if (_tails.GetValueOrDefault(tail.Id) != tail) continue;
            // Asked before its folder is read: what it writes from then on is seen next time.
            var isLive = tail.IsLive;
            var failure = TryRead(tail, now, out var part, out var isAtEnd);
            if (failure is Failure.Final || (failure is Failure.None && part is null && isAtEnd && !isLive))
            {
                _tails.Remove(tail.Id);
                continue;
            }
            _turns.Enqueue(tail);
            if (failure is Failure.Passing)
            {
                unreadable++;
                continue;
            }
            hasMore |= !isAtEnd;
            if (part is null) continue;
            parts.Add((tail, part));
            records += part.Records.Count;
            bytes += part.Records.Sum(record => (long)record.Json.Length);
        }
        return (parts, hasMore, unreadable);
    }

    private Failure TryRead(SessionTail tail, DateTimeOffset now, out SessionPart? part, out bool isAtEnd)
    {
        (part, isAtEnd) = (null, false);
        if (!tail.IsDue(now)) return Failure.Passing;
        try
        {
            (part, isAtEnd) = tail.Read(now);
            tail.Succeeded();
            return Failure.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (tail.Failed(now)) return Failure.Passing;
            warn($"{tail.Id} is not copied to the store: {e.Message}");
            return Failure.Final;
        }
    }

    private enum Failure { None, Passing, Final }

    private sealed class Following(SessionTail tail) : IDisposable
    {
        public void Dispose() => tail.IsLive = false;
    }
}
