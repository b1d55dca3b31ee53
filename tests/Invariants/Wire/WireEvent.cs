using System.Globalization;
using System.Text.Json;

namespace RealtimeAkka.Invariants.Wire;

/// <summary>One event of <c>wire.jsonl</c>: <paramref name="Line"/> from 1, <paramref name="Seconds"/> since it started.</summary>
public sealed record WireEvent(int Line, double Seconds, bool IsSent, JsonElement Json)
{
    private const string AudioOfOurs = "audio";
    private const string AudioOfTheirs = "delta";

    /// <summary>The event's type; empty if unreadable.</summary>
    public string Type { get; } = Json.Text("type") ?? "";

    /// <summary>Bytes of audio in it, whether the log has the audio or only its size.</summary>
    public long AudioBytes => Json.Text(IsSent ? AudioOfOurs : AudioOfTheirs) switch
    {
        null => 0,
        ['<', .. var rest] when rest.EndsWith(" bytes>", StringComparison.Ordinal) => long.Parse(rest[..^7], CultureInfo.InvariantCulture),
        var base64 => Convert.TryFromBase64String(base64, new byte[base64.Length], out var bytes) ? bytes : 0,
    };
}
