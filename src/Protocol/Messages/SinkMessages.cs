using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by SinkActor: one writer, one record at a time, in order.</summary>
public static class SinkMessages
{
    /// <summary>Write this record, then pass it on.</summary>
    public sealed record Write(SessionRecord Record);

    /// <summary>
    /// Answer <see cref="Flushed"/> when every record sent before is written, here and in the sinks after this one. <c>Now</c>: give up
    /// what is not written by now.
    /// </summary>
    public sealed record Flush(bool Now = false);

    /// <summary>All records are written except this many. <c>Reason</c>: the sink that lost them, and why; null if none is lost.</summary>
    public sealed record Flushed(int Lost, string? Reason = null);
}
