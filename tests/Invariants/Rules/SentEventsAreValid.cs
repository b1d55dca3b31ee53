using System.Text.Json;
using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants.Rules;

/// <summary>
/// Nothing sent violates the protocol: only known client events, with the required fields and no others, of the right type and within
/// limits (PROTOCOL sections 2, 4, 5.3 and 8).
/// </summary>
internal static class SentEventsAreValid
{
    private enum Kind { Text, Whole, Object, Array }

    private sealed record Shape((string Name, Kind Kind)[] Needed, (string Name, Kind Kind)[] Optional);

    private static readonly Dictionary<string, Shape> Events = new()
    {
        ["session.update"] = new([("session", Kind.Object)], []),
        ["input_audio_buffer.append"] = new([("audio", Kind.Text)], []),
        ["input_audio_buffer.commit"] = new([], []),
        ["input_audio_buffer.clear"] = new([], []),
        ["conversation.item.create"] = new([("item", Kind.Object)], [("previous_item_id", Kind.Text)]),
        ["conversation.item.truncate"] = new([("item_id", Kind.Text), ("content_index", Kind.Whole), ("audio_end_ms", Kind.Whole)], []),
        ["conversation.item.delete"] = new([("item_id", Kind.Text)], []),
        ["conversation.item.retrieve"] = new([("item_id", Kind.Text)], []),
        ["response.create"] = new([], [("response", Kind.Object)]),
        ["response.cancel"] = new([], [("response_id", Kind.Text)]),
    };

    private static readonly Shape Session = new([("type", Kind.Text)],
    [
        ("model", Kind.Text), ("output_modalities", Kind.Array), ("instructions", Kind.Text), ("audio", Kind.Object), ("tools", Kind.Array),
        ("include", Kind.Array),
    ]);

    private static readonly Shape Response = new([],
    [
        ("conversation", Kind.Text), ("metadata", Kind.Object), ("input", Kind.Array), ("output_modalities", Kind.Array),
        ("instructions", Kind.Text),
        ("audio", Kind.Object), ("tools", Kind.Array),
    ]);

    // Fields whose type the protocol leaves open; not checked.
    private static readonly string[] Open =
        ["tool_choice", "max_output_tokens", "reasoning", "truncation", "tracing", "prompt", "parallel_tool_calls"];

    public static IEnumerable<string> Violations(SessionEvidence s) =>
        s.Wire.Connections.SelectMany(c => c.Events).Where(e => e.IsSent).SelectMany(Violations);

    private static IEnumerable<string> Violations(WireEvent e)
    {
        var name = $"Sent {e.Type} (line {e.Line})";
        if (!Events.TryGetValue(e.Type, out var shape)) return [$"{name}: there is no such client event."];

        IEnumerable<string> wrong = Fields(
            e.Json, shape with { Optional = [.. shape.Optional, ("type", Kind.Text), ("event_id", Kind.Text)] }, "");
        if (e.Json.Text("event_id")?.Length > 512) wrong = wrong.Append("event_id has more than 512 characters");
        if (e.Json.At("session") is { } session) wrong = wrong.Concat(Fields(session, Session, "session."));
        if (e.Json.At("response") is { } response)
            wrong = wrong.Concat(Fields(response, Response, "response.")).Concat(Metadata(response)).Concat(Input(response));
        if (e.Type == "conversation.item.create") wrong = wrong.Concat(Item(e.Json.At("item") ?? default));
        return wrong.Select(what => $"{name}: {what}.");
    }

    private static IEnumerable<string> Fields(JsonElement json, Shape shape, string prefix)
    {
        if (json.ValueKind != JsonValueKind.Object) yield break;
        foreach (var (name, kind) in shape.Needed)
            if (json.At(name) is not { } value || !Is(value, kind))
                yield return $"{prefix}{name} is missing or no {kind.ToString().ToLowerInvariant()}";
        foreach (var field in json.EnumerateObject())
        {
            if (Open.Contains(field.Name) && prefix.Length > 0 || Array.Exists(shape.Needed, f => f.Name == field.Name)) continue;
            var known = Array.Find(shape.Optional, f => f.Name == field.Name);
            if (known.Name is null) yield return $"{prefix}{field.Name} is no field of it";
            else if (!Is(field.Value, known.Kind)) yield return $"{prefix}{field.Name} is no {known.Kind.ToString().ToLowerInvariant()}";
        }
    }

    private static IEnumerable<string> Metadata(JsonElement response)
    {
        if (response.At("metadata") is not { ValueKind: JsonValueKind.Object } metadata) yield break;
        var pairs = metadata.EnumerateObject().ToList();
        if (pairs.Count > 16) yield return $"its metadata have {pairs.Count} pairs, and 16 are allowed";
        foreach (var pair in pairs)
        {
            if (pair.Name.Length > 64) yield return $"the metadata key '{pair.Name[..64]}...' has more than 64 characters";
            if (pair.Value.ValueKind != JsonValueKind.String) yield return $"the metadata value of '{pair.Name}' is no text";
            else if (pair.Value.GetString()!.Length > 512) yield return $"the metadata value of '{pair.Name}' has more than 512 characters";
        }
    }

    private static IEnumerable<string> Input(JsonElement response) =>
        response.Each("input").SelectMany(item => item.Text("type") == "item_reference"
        ? item.Text("id") is { Length: > 0 } ? [] : ["a reference names no item"]
        : Item(item));

    // The roles and their allowed content types (PROTOCOL section 4, notes).
    private static IEnumerable<string> Item(JsonElement item)
    {
        if (item.Text("type") != "message") return item.Text("type") is null ? ["an item has no type"] : [];
        string[] allowed = item.Text("role") switch
        {
            "user" => ["input_text", "input_audio", "input_image"],
            "assistant" => ["output_text"],
            "system" => ["input_text"],
            _ => [],
        };
        if (allowed.Length == 0) return [$"an item has the role '{item.Text("role")}'"];
        if (item.At("content") is not { ValueKind: JsonValueKind.Array }) return ["an item has no content"];
        return item.Each("content").Where(part => !allowed.Contains(part.Text("type")))
            .Select(part => $"an item of the {item.Text("role")} says '{part.Text("type")}'");
    }

    private static bool Is(JsonElement value, Kind kind) => kind switch
    {
        Kind.Text => value.ValueKind == JsonValueKind.String,
        Kind.Whole => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var whole) && whole >= 0,
        Kind.Object => value.ValueKind == JsonValueKind.Object,
        _ => value.ValueKind == JsonValueKind.Array,
    };
}
