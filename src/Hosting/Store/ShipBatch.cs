using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Store;

/// <summary>How much of a session's <c>turns.jsonl</c> the store has.</summary>
/// <param name="Bytes">Its whole lines take so many bytes.</param>
/// <param name="Lines">So many lines.</param>
/// <param name="Skipped">So many of them could not be read.</param>
/// <param name="IsComplete">It also has the summary, after which nothing comes.</param>
public readonly record struct ShipPosition(long Bytes, int Lines, int Skipped, bool IsComplete);

/// <summary>A record on its way to the store.</summary>
/// <param name="Seq">The number of its line, from 1.</param>
/// <param name="Json">The line.</param>
/// <param name="Type">The record's type.</param>
/// <param name="Record">The record; null for a type that this program does not know.</param>
public sealed record ShippedRecord(int Seq, byte[] Json, string Type, SessionRecord? Record);

/// <summary>What is new about a session.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Facts">What its name and settings say.</param>
/// <param name="Records">New records.</param>
/// <param name="To">What the store has once it has this.</param>
/// <param name="Summary">Its summary, as written and as read; null: it has none yet.</param>
/// <param name="LengthMs">How long it has lasted.</param>
public sealed record SessionPart(
    string Id, RecordedFacts Facts, IReadOnlyList<ShippedRecord> Records, ShipPosition To, (byte[] Json, SessionSummary Summary)? Summary,
    long LengthMs);

/// <summary>Keeps recorded sessions; everything it is given twice it keeps once.</summary>
public interface ISessionStore : IAsyncDisposable
{
    /// <summary>What it has of these sessions; of one that is missing, nothing. Throws <see cref="StoreException"/>.</summary>
    Task<IReadOnlyDictionary<string, ShipPosition>> PositionsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation);

    /// <summary>Keeps all of it, or nothing. Throws <see cref="StoreException"/>.</summary>
    Task WriteAsync(IReadOnlyList<SessionPart> parts, CancellationToken cancellation);

    /// <summary>Forgets sessions that started earlier; returns how many. Throws <see cref="StoreException"/>.</summary>
    Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellation);
}

/// <summary>The store does not do what it is asked; the message says why, without a secret.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">Its cause.</param>
/// <param name="isRefused">It is there and refuses what it was given.</param>
public sealed class StoreException(string message, Exception? inner = null, bool isRefused = false) : Exception(message, inner)
{
    /// <summary>It is there and refuses what it was given: the same again is refused again.</summary>
    public bool IsRefused => isRefused;
}
