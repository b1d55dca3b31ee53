using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>One JSON object per line, for programs.</summary>
public sealed class JsonSink(Stream output) : IRecordSink
{
    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public async Task WriteAsync(SessionRecord record)
    {
        if (record is Activity) return;
        await output.WriteAsync((byte[])[.. RecordCodec.Encode(record), (byte)'\n']).ConfigureAwait(false);
        await output.FlushAsync().ConfigureAwait(false);
    }
}
