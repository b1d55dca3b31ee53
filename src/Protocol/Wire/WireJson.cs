using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Source-generated JSON of the wire: strict about required fields, lenient about all others.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,    // "type" need not come first
    RespectRequiredConstructorParameters = true, // without it a missing item_id is silently default
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ServerEvent))]
[JsonSerializable(typeof(ClientEvent))]
internal sealed partial class WireJson : JsonSerializerContext;
