using System.Text.Json;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>A setting that the server does not use as requested; <c>Field</c> is its path in the session object.</summary>
public sealed record SettingDifference(string Field, string Requested, string Received)
{
    /// <summary>The session cannot work: the audio of one side would be noise to the other.</summary>
    public bool IsFatal => Field.StartsWith("audio.input.format", StringComparison.Ordinal)
        || Field.StartsWith("audio.output.format", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Field} is {Received} instead of {Requested}";
}

/// <summary>
/// Compares the session that was requested with the session that the server reports, field by field. Servers replace settings without
/// an error (docs/protocol.md 11). Only what was requested is compared: everything else is the server's choice.
/// </summary>
public sealed class SettingsCheck
{
    private const int MaxNamed = 32; // more than a session has fields; the rest would be tools
    private const int MaxShown = 40; // characters of a value

    // Not reported by the service although they apply (docs/protocol.md 3.1); "type" is fixed by the address.
    private static readonly HashSet<string> NotReported = new(StringComparer.Ordinal)
    {
        "type", "parallel_tool_calls", "audio.input.transcription.keywords", "audio.input.transcription.delay",
    };

    private readonly JsonElement _requested;

    /// <summary>Prepares the comparison with <paramref name="requested"/>.</summary>
    public SettingsCheck(SessionConfig requested) => (Requested, _requested) = (requested, RealtimeCodec.ToJson(requested));

    /// <summary>The session that each connection requests.</summary>
    public SessionConfig Requested { get; }

    /// <summary>
    /// The differences, in the order of the request. A server that does not describe the audio of its session leaves out what it likes;
    /// at any other, a field that is left out is not in use.
    /// </summary>
    public IReadOnlyList<SettingDifference> Compare(JsonElement? received)
    {
        var differences = new List<SettingDifference>();
        if (received is { ValueKind: JsonValueKind.Object } session)
        {
            var isDescribed = session.TryGetProperty("audio"u8, out var audio) && audio.ValueKind == JsonValueKind.Object;
            CompareFields("", _requested, session, isDescribed, differences);
        }
        return differences;
    }

    /// <summary>What a person reads about the differences; null: there are none.</summary>
    public static Notice? NoticeOf(IReadOnlyList<SettingDifference> differences)
    {
        if (differences.Count == 0) return null;
        var more = differences.Count > MaxNamed ? $"; and {differences.Count - MaxNamed} more" : "";
        return new(NoticeLevel.Warning, "settings_differ",
            $"The server does not use the settings as requested: {string.Join("; ", differences.Take(MaxNamed))}{more}.");
    }

    private static void CompareFields(
        string prefix, JsonElement requested, JsonElement received, bool isDescribed, List<SettingDifference> differences)
    {
        foreach (var field in requested.EnumerateObject())
        {
            var path = prefix + field.Name;
            JsonElement? value = received.TryGetProperty(field.Name, out var found) ? found : null;
            if (value is null && (!isDescribed || NotReported.Contains(path))) continue;
            Compare(path, field.Value, value, isDescribed, differences);
        }
    }

    private static void Compare(
        string path, JsonElement requested, JsonElement? received, bool isDescribed, List<SettingDifference> differences)
    {
        if (requested.ValueKind == JsonValueKind.Object && received is { ValueKind: JsonValueKind.Object } session)
        {
            CompareFields(path + ".", requested, session, isDescribed, differences);
        }
        else if (requested.ValueKind == JsonValueKind.Array && received is { ValueKind: JsonValueKind.Array } list
            && list.GetArrayLength() == requested.GetArrayLength())
        {
            for (var i = 0; i < list.GetArrayLength(); i++) Compare($"{path}[{i}]", requested[i], list[i], isDescribed, differences);
        }
        else if (!IsSame(path, requested, received))
        {
            differences.Add(new(path, Shown(requested), received is { } other ? Shown(other) : "not reported"));
        }
    }

    private static bool IsSame(string path, JsonElement requested, JsonElement? received) => requested.ValueKind switch
    {
        JsonValueKind.Null => received is null or { ValueKind: JsonValueKind.Null },
        // A server may compute in single precision. Formats without a rate have only one.
        JsonValueKind.Number => received is { ValueKind: JsonValueKind.Number } number
            ? Math.Abs(number.GetDouble() - requested.GetDouble()) <= 1e-4 * Math.Max(1, Math.Abs(requested.GetDouble()))
            : received is null && path.EndsWith("format.rate", StringComparison.Ordinal),
        JsonValueKind.String => received is { ValueKind: JsonValueKind.String } text
            && IsSame(requested.GetString()!, text.GetString()!, isModel: path.EndsWith(".model", StringComparison.Ordinal)),
        // The name of the format in some examples and servers.
        JsonValueKind.Object when path.EndsWith(".format", StringComparison.Ordinal) && received is { ValueKind: JsonValueKind.String } name
            => requested.GetProperty("type"u8).GetString() is var type && (name.GetString() == type || name.GetString() == type switch
            {
                "audio/pcm" => "pcm16",
                "audio/pcmu" => "g711_ulaw",
                _ => "g711_alaw",
            }),
        _ => requested.ValueKind is JsonValueKind.True or JsonValueKind.False && received?.ValueKind == requested.ValueKind,
    };

    private static bool IsSame(string requested, string received, bool isModel) =>
        requested == received || isModel && ModelName.IsSnapshot(received, requested);

    private static string Shown(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type"u8, out var type) ? type.GetRawText()
            : value.GetRawText();
        return text.Length <= MaxShown ? text : $"{text[..MaxShown]}...";
    }
}
