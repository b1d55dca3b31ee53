using System.Text.Json;
using System.Text.Json.Serialization;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Protocol;

/// <summary>A wire id with its own type, so that different kinds of id cannot be mixed up.</summary>
public interface IStringId<TSelf> where TSelf : struct, IStringId<TSelf>
{
    /// <summary>The id as sent on the wire.</summary>
    string Value { get; }

    /// <summary>Wraps an id read from the wire.</summary>
    static abstract TSelf Of(string value);
}

/// <summary>A conversation item, named by the server at <c>speech_started</c> or <c>committed</c>. Valid within one connection.</summary>
[JsonConverter(typeof(StringIdConverter<ItemId>))]
public readonly record struct ItemId(string Value) : IStringId<ItemId>
{
    /// <inheritdoc/>
    public static ItemId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "-";
}

/// <summary>A response, named by the server in <c>response.created</c>. Valid within one connection.</summary>
[JsonConverter(typeof(StringIdConverter<ResponseId>))]
public readonly record struct ResponseId(string Value) : IStringId<ResponseId>
{
    /// <inheritdoc/>
    public static ResponseId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "-";
}

/// <summary>An event: our id on client events (the server's <c>error.event_id</c> may refer to it), theirs on server events.</summary>
[JsonConverter(typeof(StringIdConverter<EventId>))]
public readonly record struct EventId(string Value) : IStringId<EventId>
{
    /// <inheritdoc/>
    public static EventId Of(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "-";
}

/// <summary>One session of ours, also the name of its folder: <c>s-20261122-084500-3f9a5c7e1b2d4068</c>.</summary>
public readonly record struct SessionId(string Value)
{
    /// <summary>A new id: UTC time in seconds, for people, and 63 random bits as 16 hex digits, so that no two are equal.</summary>
    public static SessionId New(DateTimeOffset now, Random random) =>
        new($"s-{now.UtcDateTime:yyyyMMdd-HHmmss}-{random.NextInt64():x16}");

    /// <inheritdoc/>
    public override string ToString() => Value ?? "-";
}

/// <summary>Whom a call belongs to: its limits and budget hold for all calls of the tenant together.</summary>
public readonly record struct TenantId(string Value)
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>What a name looks like, for messages.</summary>
    public const string Form = "at most 64 lower-case letters and digits, with single . _ - between them";

    /// <summary>
    /// A tenant's name from outside; null: the text is none. Lower-case letters, digits and single characters of <c>. _ -</c> between them,
    /// so that it is the same in a URL, a file and the name of an actor.
    /// </summary>
    public static TenantId? Read(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength }) return null;
        var wasJoint = true;
        foreach (var c in text)
        {
            var isJoint = c is '.' or '_' or '-';
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || (isJoint && !wasJoint))) return null;
            wasJoint = isJoint;
        }
        return wasJoint ? null : new TenantId(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Value ?? "-";
}

/// <summary>Our number of a user item, from 1. The server never sees it as an id.</summary>
public readonly record struct TurnNumber(int Value)
{
    /// <summary>The number of the turn after this one.</summary>
    public TurnNumber Next => new(Value + 1);

    /// <inheritdoc/>
    public override string ToString() => $"#{Value}";
}

/// <summary>Limits of all wire ids.</summary>
internal static class StringIds
{
    /// <summary>The longest id the protocol allows (client event ids, docs/protocol.md 8); ids are stored, so they are bounded.</summary>
    public const int MaxLength = 512;
}

/// <summary>Reads and writes any <see cref="IStringId{TSelf}"/>; rejects anything but a string of 1 to 512 characters.</summary>
public sealed class StringIdConverter<T> : JsonConverter<T> where T : struct, IStringId<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    internal static T Read(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && StringInterner.ReadId(ref reader) is { Length: > 0 and <= StringIds.MaxLength } value
            ? T.Of(value)
            : throw new JsonException($"An id must be a string of 1 to {StringIds.MaxLength} characters.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
