using System.Text.Json.Serialization;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Net;

/// <summary>A line of <c>timeline.jsonl</c>: what happened to a session that no event on the wire says (docs/contract.md 6).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "what")]
[JsonDerivedType(typeof(Began), "began")]
[JsonDerivedType(typeof(Connecting), "connecting")]
[JsonDerivedType(typeof(Connected), "connected")]
[JsonDerivedType(typeof(Closing), "closing")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(Spoken), "spoken")]
public abstract record TimelineEntry
{
    private TimelineEntry() { }

    /// <summary>Seconds since the recording began, on the clock of <c>wire.jsonl</c>.</summary>
    public double T { get; init; }

    /// <summary>
    /// The first line. <c>Version</c>: of this format; <c>At</c>: the date and time of <c>t</c> = 0; <c>Input</c> and <c>Source</c>: where
    /// the sound came from; <c>Realtime</c>: it was read as fast as it was spoken; <c>Format</c>: how it is coded, null for PCM16.
    /// </summary>
    public sealed record Began(
        int Version, string Session, DateTimeOffset At, string Input, CallSource? Source, bool Realtime, string? Format = null)
        : TimelineEntry
    {
        /// <summary>The format that is named; null: there is none of this name.</summary>
        [JsonIgnore]
        public SoundFormat? SoundFormat => Format is null ? SoundFormat.Pcm16 : SoundFormat.All.FirstOrDefault(f => f.Name == Format);
    }

    /// <summary>An attempt to connect; numbered from 1.</summary>
    public sealed record Connecting(int Connection) : TimelineEntry;

    /// <summary>The WebSocket is open.</summary>
    public sealed record Connected(int Connection) : TimelineEntry;

    /// <summary>We send a close frame.</summary>
    public sealed record Closing(int Connection) : TimelineEntry;

    /// <summary>
    /// The connection has ended, or could not be made. <c>How</c>: <c>closed</c>, <c>refused</c>, <c>no_key</c> or <c>broken</c>;
    /// <c>Code</c>: the close code or the HTTP status; <c>RetryAfter</c> in seconds.
    /// </summary>
    public sealed record Ended(
        int Connection, string How, int? Code, string? Reason, double? RetryAfter, string? ErrorType, string? ErrorCode) : TimelineEntry
    {
        /// <summary>The entry about this end.</summary>
        public static Ended Of(int connection, ConnectionEnd end) => end switch
        {
            ConnectionEnd.Closed c => new(connection, "closed", c.Code, c.Reason, null, null, null),
            ConnectionEnd.Refused r => new(
                connection, "refused", r.Status, r.Error?.Message, r.RetryAfter.TotalSeconds, r.Error?.Type, r.Error?.Code),
            ConnectionEnd.NoKey k => new(connection, "no_key", null, k.Reason, null, null, null),
            ConnectionEnd.Broken b => new(connection, "broken", null, b.Reason, null, null, null),
            _ => throw new ArgumentOutOfRangeException(nameof(end)),
        };

        /// <summary>The end that this entry is about.</summary>
        [JsonIgnore]
        public ConnectionEnd End => How switch
        {
            "closed" => new ConnectionEnd.Closed(Code, Reason),
            "refused" => new ConnectionEnd.Refused(
                Code ?? 0, TimeSpan.FromSeconds(Math.Clamp(RetryAfter ?? 0, 0, 86_400)),
                ErrorType is null && ErrorCode is null ? null : new ErrorDetail(ErrorType, ErrorCode, Reason)),
            "no_key" => new ConnectionEnd.NoKey(Reason ?? ""),
            _ => new ConnectionEnd.Broken(Reason ?? ""),
        };
    }

    /// <summary>
    /// The sound from byte <c>Place</c> of the input on was spoken from <c>At</c> on, in seconds on the same clock: at the beginning, and
    /// after each pause of the input.
    /// </summary>
    public sealed record Spoken(long Place, double At) : TimelineEntry;
}

/// <summary>The lines of <c>timeline.jsonl</c>: snake case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TimelineEntry))]
internal sealed partial class TimelineJson : JsonSerializerContext;
