using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Reads what only servers say.</summary>
internal abstract class ServerConverter<T> : JsonConverter<T>
{
    /// <inheritdoc/>
    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Only servers say this.");
}

/// <summary>Writes what only clients say.</summary>
internal abstract class ClientConverter<T> : JsonConverter<T>
{
    /// <inheritdoc/>
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Only clients say this.");
}
