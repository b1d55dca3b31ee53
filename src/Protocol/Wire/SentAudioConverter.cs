using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Writes sound as base64 and skips what a server sends in its place: nothing here uses that, so it need not be valid.</summary>
internal sealed class SentAudioConverter : JsonConverter<ReadOnlyMemory<byte>?>
{
    /// <inheritdoc/>
    public override ReadOnlyMemory<byte>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return null;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte>? value, JsonSerializerOptions options)
    {
        if (value is { } pcm) writer.WriteBase64StringValue(pcm.Span);
        else writer.WriteNullValue();
    }
}
