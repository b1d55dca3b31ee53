using RealtimeAkka.Hosting.Store;

namespace RealtimeAkka.Pure.Tests.Store;

/// <summary>A store that keeps what it is given, and fails as a test wants it.</summary>
internal sealed class MemoryStore : ISessionStore
{
    /// <summary>The lines of each session, by their numbers.</summary>
    public Dictionary<string, SortedDictionary<int, string>> Lines { get; } = [];

    public Dictionary<string, ShipPosition> Positions { get; } = [];

    /// <summary>The sessions of each batch.</summary>
    public List<string[]> Batches { get; } = [];

    /// <summary>What is thrown instead of keeping these sessions; null: nothing.</summary>
    public Func<IReadOnlyList<SessionPart>, StoreException?> Fails { get; set; } = _ => null;

    /// <summary>What was kept is not acknowledged, as when a connection is lost at the end of a transaction.</summary>
    public bool IsSilent { get; set; }

    public Task<IReadOnlyDictionary<string, ShipPosition>> PositionsAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, ShipPosition>>(
            Positions.Where(known => ids.Contains(known.Key)).ToDictionary(known => known.Key, known => known.Value));

    public Task WriteAsync(IReadOnlyList<SessionPart> parts, CancellationToken cancellation)
    {
        if (Fails(parts) is { } failure) throw failure;
        Batches.Add([.. parts.Select(part => part.Id)]);
        foreach (var part in parts)
        {
            Positions[part.Id] = part.To;
            if (!Lines.TryGetValue(part.Id, out var lines)) Lines[part.Id] = lines = [];
            foreach (var record in part.Records) lines[record.Seq] = System.Text.Encoding.UTF8.GetString(record.Json);
        }
        return IsSilent ? throw new StoreException("the connection is gone") : Task.CompletedTask;
    }

    public Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellation) => Task.FromResult(0);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
