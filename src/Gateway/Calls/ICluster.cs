using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>The cluster that this process is a node of: the tenants of its calls, and the calls of the other nodes.</summary>
public interface ICluster : IDisposable
{
    /// <summary>The name of this node.</summary>
    string Node { get; }

    /// <summary>Cancelled when the other nodes have put this one out of the cluster, which it cannot enter again.</summary>
    CancellationToken Excluded { get; }

    /// <summary>
    /// Every tenant knows what this node has spent, or some seconds have passed. From now on being put out of the cluster is no news.
    /// </summary>
    Task LeaveAsync();

    /// <summary>A new id for a call of this node.</summary>
    SessionId NewCall(DateTimeOffset now);

    /// <summary>
    /// Asks the tenant for a place for a call. <c>Refusal</c>: why there is none; <c>Budget</c>: where the tenant's budget stands, null: it
    /// has none.
    /// </summary>
    Task<(CallRefusal? Refusal, TenantBudget? Budget)> EnterAsync(SessionId id, TenantId tenant);

    /// <summary>Is told what an admitted call spends.</summary>
    ISpending SpendingOf(SessionId id);

    /// <summary>A call is over; no effect if it was not admitted.</summary>
    void Leave(SessionId id);

    /// <summary>Where a tenant stands; throws <see cref="NodeAwayException"/> if nobody answers for it.</summary>
    Task<TenantView> TenantAsync(TenantId tenant);

    /// <summary>
    /// The calls of the other nodes that are not over, as far as they have said so, some seconds old; and for an hour those that were lost
    /// with a node.
    /// </summary>
    Task<IReadOnlyList<CallView>> ElsewhereAsync();

    /// <summary>
    /// Whether another node may have this call under way: it is a member, and was one when the call began, or this node does not know the
    /// members.
    /// </summary>
    bool MayHave(SessionId id, DateTimeOffset startedAt);

    /// <summary>
    /// A call of another node, or one that was lost with it; null: there is none. Throws <see cref="NodeAwayException"/> if the node does
    /// not answer.
    /// </summary>
    Task<CallView?> FindAsync(SessionId id);

    /// <summary>
    /// The records of a call of another node after this number; with <paramref name="isPatient"/> some seconds pass before an answer has
    /// none. Null: there is no such call. Throws <see cref="NodeAwayException"/> if the node does not answer.
    /// </summary>
    Task<CallRecords?> ReadAsync(SessionId id, long after, bool isPatient);

    /// <summary>Ends a call of another node in good order. Throws <see cref="NodeAwayException"/> if the node does not answer.</summary>
    Task StopAsync(SessionId id);
}

/// <summary>A tenant for readers: its calls on all nodes and US dollars, by day and month (UTC), and those that nodes may still spend.</summary>
public sealed record TenantView(string Id, int Calls, decimal TodayUsd, decimal MonthUsd, decimal LeasedUsd);

/// <summary>Records that follow each other. <c>IsLast</c>: none will follow them.</summary>
public sealed record CallRecords(IReadOnlyList<NumberedRecord> Records, bool IsLast);

/// <summary>Another node does not answer.</summary>
public sealed class NodeAwayException(string message, Exception? inner = null) : Exception(message, inner);
