using System.Collections.Immutable;
using RealtimeAkka.Protocol.Records;
using Step = RealtimeAkka.Actors.Stations.Step<
    RealtimeAkka.Actors.Sinks.RecordOrder, RealtimeAkka.Protocol.Records.SessionRecord>;

namespace RealtimeAkka.Actors.Sinks;

/// <summary>
/// Puts the session's own record first. Each station publishes on its own, so a record of the conversation may come before the one that
/// says that the session has begun; it waits for that. Notices do not wait: they say why a session does not begin.
/// </summary>
/// <param name="Capacity">Maximum number of records that wait. With one more, none waits any longer.</param>
public sealed record RecordOrder(int Capacity)
{
    private ImmutableList<SessionRecord>? Early { get; init; } = []; // null: nothing waits any more

    /// <summary>The records to write now that this one is published, in order.</summary>
    public Step Add(SessionRecord record) => record switch
    {
        _ when Early is null => new(this, record),
        SessionStarted => new(this with { Early = null }, [record, .. Early]),
        Notice => new(this, record),
        _ when Early.Count == Capacity => new(this with { Early = null }, [.. Early, record]),
        _ => new(this with { Early = Early.Add(record) }),
    };

    /// <summary>The records that wait for a session that has not begun and will not.</summary>
    public Step Flush() => new(this with { Early = null }, [.. Early ?? []]);
}
