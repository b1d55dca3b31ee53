using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Stations;

/// <summary>What the session record says about this session.</summary>
public sealed record SessionFacts(SessionId Id, string Url, string Model, string? AsrModel, string Runtime, string Input)
{
    /// <summary>The session record; <paramref name="context"/>: what out-of-band requests see.</summary>
    public SessionStarted Started(string context, DateTimeOffset now) => new(Id.Value, Url, Model, AsrModel, context, Runtime, Input, now);
}
