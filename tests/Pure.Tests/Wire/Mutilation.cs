using System.Text;
using System.Text.Json.Nodes;

namespace RealtimeAkka.Pure.Tests.Wire;

/// <summary>
/// Generates frames that no server should send: real ones with bytes changed, removed, doubled or inserted, with values of other types,
/// deep nesting or excessive length; deterministic for a seed.
/// </summary>
internal sealed class Mutilation(int seed)
{
    private static readonly byte[][] Real =
        [.. Repository.Recordings().SelectMany(Repository.Recording).Where(e => e.Received)
        .Select(e => Encoding.UTF8.GetBytes(e.Event.GetRawText()))];

    // Replacement values for fields.
    private static readonly string[] Values =
    [
        "null", "true", "5", "-1", "1e999", "99999999999999999999", "0.1", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "[null]",
        "[[]]", "{}", "{\"type\":5}", "{\"id\":null}",
        "{\"id\":\"r1\",\"output\":[null,{\"content\":[null]}],\"metadata\":{\"oob\":\"transcription\"}}",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next frame; sometimes still a valid one.</summary>
    public byte[] Next()
    {
        var frame = Real[_random.Next(Real.Length)];
        for (var wounds = _random.Next(1, 4); wounds > 0; wounds--) frame = Wound(frame);
        return frame;
    }

    private byte[] Wound(byte[] frame)
    {
        if (frame.Length == 0) return [(byte)_random.Next(256)];
        var (at, length) = (_random.Next(frame.Length), _random.Next(1, 1 + Math.Min(64, frame.Length)));
        var end = Math.Min(frame.Length, at + length);
        switch (_random.Next(9))
        {
            case 0:
                var changed = (byte[])frame.Clone();
                for (var i = at; i < end; i += 7) changed[i] = (byte)_random.Next(256);
                return changed;
            case 1: return [.. frame[..at], .. frame[end..]];
            case 2: return [.. frame[..end], .. frame[at..]];
            case 3: return frame[..at];
            case 4: return [.. frame[..at], .. Noise(length), .. frame[at..]];
            case 5: return [.. frame[..at], .. Real[_random.Next(Real.Length)][..^1]];
            case 6: return [.. frame[..at], .. Nested(_random.Next(1, 3000)), .. frame[at..]];
            default: return Replaced(frame);
        }
    }

    // Still JSON, with one value replaced.
    private byte[] Replaced(byte[] frame)
    {
        try
        {
            if (JsonNode.Parse(frame) is not JsonObject json) return frame;
            JsonNode at = json;
            while (true)
            {
                List<object> keys = at is JsonObject o ? [.. o.Select(pair => (object)pair.Key)]
                    : [.. Enumerable.Range(0, ((JsonArray)at).Count).Cast<object>()];
                if (keys.Count == 0) return frame;
                var key = keys[_random.Next(keys.Count)];
                var inner = key is int i ? at[i] : at[(string)key];
                if (inner is JsonObject or JsonArray && _random.Next(3) > 0)
                {
                    at = inner;
                    continue;
                }
                const string Mark = "\"the-value-that-was\"";
                if (key is int place) at[place] = JsonNode.Parse(Mark);
                else at[(string)key] = JsonNode.Parse(Mark);
                var value = _random.Next(12) == 0 ? $"\"{new string('x', 100_000)}\"" : Values[_random.Next(Values.Length)];
                return Encoding.UTF8.GetBytes(json.ToJsonString().Replace(Mark, value, StringComparison.Ordinal));
            }
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or ArgumentException)
        {
            return frame; // no JSON after an earlier mutation
        }
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        _random.NextBytes(noise);
        return noise;
    }

    private byte[] Nested(int depth) =>
        Encoding.UTF8.GetBytes(_random.Next(2) == 0 ? new string('[', depth) : string.Concat(Enumerable.Repeat("{\"a\":", depth)));
}
