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
[JsonSerializable(typeof(SpeechStarted))]
[JsonSerializable(typeof(SpeechStopped))]
[JsonSerializable(typeof(InputCommitted))]
[JsonSerializable(typeof(InputTimedOut))]
[JsonSerializable(typeof(ItemAdded))]
[JsonSerializable(typeof(ItemDone))]
[JsonSerializable(typeof(ItemDeleted))]
[JsonSerializable(typeof(ItemTruncated))]
[JsonSerializable(typeof(AsrDelta))]
[JsonSerializable(typeof(AsrCompleted))]
[JsonSerializable(typeof(AsrFailed))]
[JsonSerializable(typeof(ResponseCreated))]
[JsonSerializable(typeof(ResponseDone))]
[JsonSerializable(typeof(OutputItemAdded))]
[JsonSerializable(typeof(OutputItemDone))]
[JsonSerializable(typeof(OutputAudioDelta))]
[JsonSerializable(typeof(OutputAudioDone))]
[JsonSerializable(typeof(OutputTranscriptDelta))]
[JsonSerializable(typeof(OutputTranscriptDone))]
[JsonSerializable(typeof(OutputTextDelta))]
[JsonSerializable(typeof(OutputTextDone))]
[JsonSerializable(typeof(FunctionCallDone))]
[JsonSerializable(typeof(RateLimitsUpdated))]
[JsonSerializable(typeof(ClientEvent))]
[JsonSerializable(typeof(SessionConfig))]
[JsonSerializable(typeof(IReadOnlyList<ContentPart>))]
internal sealed partial class WireJson : JsonSerializerContext;
