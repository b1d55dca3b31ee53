using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Serialization;
using RealtimeAkka.Cluster.Nodes;
using RealtimeAkka.Cluster.Tenants;

namespace RealtimeAkka.Cluster;

/// <summary>
/// The messages that cross the network and the events of the journal, as JSON under short names. A name is in the journal for good: it is
/// never given to another type. What is not listed is not sent.
/// </summary>
public sealed class ClusterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly FrozenDictionary<string, JsonTypeInfo> ByName = new Dictionary<string, JsonTypeInfo>
    {
        ["ta"] = ClusterJson.Default.Admit, ["tb"] = ClusterJson.Default.Admission, ["tr"] = ClusterJson.Default.Report,
        ["ts"] = ClusterJson.Default.Standing, ["tg"] = ClusterJson.Default.GetView, ["tv"] = ClusterJson.Default.View,
        ["ea"] = ClusterJson.Default.Admitted, ["er"] = ClusterJson.Default.Reported, ["eg"] = ClusterJson.Default.Granted,
        ["ex"] = ClusterJson.Default.Gone, ["em"] = ClusterJson.Default.MonthBegan, ["es"] = ClusterJson.Default.TenantSnapshot,
        ["nf"] = ClusterJson.Default.Find, ["ng"] = ClusterJson.Default.Found, ["nr"] = ClusterJson.Default.Read,
        ["ns"] = ClusterJson.Default.Records, ["nx"] = ClusterJson.Default.Stop, ["nc"] = ClusterJson.Default.Calls,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, string> Names = ByName.ToFrozenDictionary(pair => pair.Value.Type, pair => pair.Key);

    /// <summary>Every type that is sent or kept.</summary>
    public static IEnumerable<Type> Types => Names.Keys;

    /// <inheritdoc/>
    public override int Identifier => 4711;

    /// <inheritdoc/>
    public override string Manifest(object o) => Names[o.GetType()];

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, ByName[Names[obj.GetType()]]);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) =>
        JsonSerializer.Deserialize(bytes, ByName[manifest]) ?? throw new JsonException("null is no message");
}

/// <summary>How they are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TenantMessages.Admit)), JsonSerializable(typeof(TenantMessages.Admission))]
[JsonSerializable(typeof(TenantMessages.Report)), JsonSerializable(typeof(TenantMessages.Standing))]
[JsonSerializable(typeof(TenantMessages.GetView)), JsonSerializable(typeof(TenantMessages.View))]
[JsonSerializable(typeof(TenantEvent.Admitted)), JsonSerializable(typeof(TenantEvent.Reported))]
[JsonSerializable(typeof(TenantEvent.Granted)), JsonSerializable(typeof(TenantEvent.Gone))]
[JsonSerializable(typeof(TenantEvent.MonthBegan)), JsonSerializable(typeof(TenantSnapshot))]
[JsonSerializable(typeof(NodeMessages.Find)), JsonSerializable(typeof(NodeMessages.Found))]
[JsonSerializable(typeof(NodeMessages.Read)), JsonSerializable(typeof(NodeMessages.Records))]
[JsonSerializable(typeof(NodeMessages.Stop)), JsonSerializable(typeof(NodeMessages.Calls))]
internal sealed partial class ClusterJson : JsonSerializerContext;
