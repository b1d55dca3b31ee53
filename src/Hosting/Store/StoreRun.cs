using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol;
using Serilog;

namespace RealtimeAkka.Hosting.Store;

/// <summary>
/// The store of a process with <c>store.kind = postgres</c>. The types behind this one are the only ones that use Npgsql, whose assembly is
/// loaded with the first use of them.
/// </summary>
internal sealed class StoreRun : IAsyncDisposable
{
    /// <summary>How long the end of a process waits for the store.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly StoreLoop _loop;
    private readonly PostgresSessions _sessions;

    private StoreRun(StoreLoop loop, PostgresSessions sessions) => (_loop, _sessions) = (loop, sessions);

    /// <summary>Begins to copy what is recorded in a directory. Throws <see cref="ConfigException"/> if no database is named.</summary>
    public static StoreRun Start(StorePlan plan, string directory, TimeProvider clock)
    {
        var (store, sessions) = (PostgresStore.Open(clock), PostgresSessions.Open(directory));
        return new StoreRun(new StoreLoop(directory, store, plan.Keep, clock, Warn), sessions);
    }

    /// <summary>A session begins, whose folder is there; it is over when the result is disposed.</summary>
    public IDisposable Follow(SessionId id) => _loop.Follow(id);

    /// <summary>Bytes of records that the store does not have yet.</summary>
    public long Waiting => _loop.Waiting;

    /// <summary>The recorded calls of the directory and of the store.</summary>
    public IRecordedCalls With(IRecordedCalls folders) => new StoredCalls(folders, _sessions, () => _loop.IsUp);

    /// <summary>Copies the rest, for some seconds at most; null, or what is missing in the store, one line.</summary>
    public async Task<string?> EndAsync() => await _loop.EndAsync(Limit).ConfigureAwait(false) ? null
        : "The store does not have everything yet; the next run or serve copies the rest, or `sessions ship`.";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync().ConfigureAwait(false);
        _sessions.Dispose();
    }

    private static void Warn(string what) => Log.Logger.ForContext("Actor", "store").Warning("{Reason:l}", what);
}
