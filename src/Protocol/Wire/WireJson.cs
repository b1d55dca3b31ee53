using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Source-generated JSON of the wire: strict about required fields, lenient about all others.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,    // "type" need not come first
    RespectRequiredConstructorParameters = true, // without it a missing item_id is silently default
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SessionCreated))]
[JsonSerializable(typeof(SessionUpdated))]
[JsonSerializable(typeof(ServerError))]
[JsonSerializable(typeof(InputTimedOut))]
[JsonSerializable(typeof(ItemDeleted))]
[JsonSerializable(typeof(ItemTruncated))]
[JsonSerializable(typeof(AsrFailed))]
[JsonSerializable(typeof(OutputAudioDelta))]
[JsonSerializable(typeof(FunctionCallDone))]
[JsonSerializable(typeof(RateLimitsUpdated))]
[JsonSerializable(typeof(ClientEvent))]
[JsonSerializable(typeof(SessionConfig))]
[JsonSerializable(typeof(IReadOnlyList<ContentPart>))]
internal sealed partial class WireJson : JsonSerializerContext;
