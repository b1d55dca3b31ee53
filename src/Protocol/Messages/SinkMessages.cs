using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by SinkActor: one writer, one record at a time, in order.</summary>
public static class SinkMessages
{
    /// <summary>Write this record, then pass it on.</summary>
    public sealed record Write(SessionRecord Record);

    /// <summary>Answer <see cref="Flushed"/> when every record sent before is written, here and in the sinks after this one.</summary>
    public sealed record Flush;

    /// <summary>All records are written except this many.</summary>
    public sealed record Flushed(int Lost);
}
