using System.Globalization;
using System.Text.Json;

namespace RealtimeAkka.Invariants.Wire;

/// <summary>One event of <c>wire.jsonl</c>: <paramref name="Line"/> from 1, <paramref name="Seconds"/> since the recording began.</summary>
public sealed record WireEvent(int Line, double Seconds, bool IsSent, JsonElement Json)
{
    /// <summary>PCM16 mono 24 kHz, the only sound there is on the wire.</summary>
    public const int BytesPerMs = 48;

    private const string AudioOfOurs = "audio";
    private const string AudioOfTheirs = "delta";

    /// <summary>The event's type; empty where it has none that can be read.</summary>
    public string Type { get; } = Json.Text("type") ?? "";

    /// <summary>Bytes of sound in it, whether the log kept them or only their number.</summary>
    public long AudioBytes => Json.Text(IsSent ? AudioOfOurs : AudioOfTheirs) switch
    {
        null => 0,
        ['<', .. var rest] when rest.EndsWith(" bytes>", StringComparison.Ordinal) => long.Parse(rest[..^7], CultureInfo.InvariantCulture),
        var base64 => Convert.TryFromBase64String(base64, new byte[base64.Length], out var bytes) ? bytes : 0,
    };
}
