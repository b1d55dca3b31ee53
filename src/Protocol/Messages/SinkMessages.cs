using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by SinkActor: one writer, one record at a time, in order.</summary>
public static class SinkMessages
{
    /// <summary>Write this, then pass it on.</summary>
    public sealed record Write(SessionRecord Record);

    /// <summary>Answer <see cref="Flushed"/> when everything told before is written, here and further down.</summary>
    public sealed record Flush;

    /// <summary>All is written but these many records.</summary>
    public sealed record Flushed(int Lost);
}
