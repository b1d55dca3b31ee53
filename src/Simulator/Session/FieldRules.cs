using System.Text.Json;
using System.Text.Json.Nodes;

namespace RealtimeAkka.Simulator.Session;

/// <summary>
/// Types and ranges of the documented fields, by path; a path that is not listed is an unknown parameter.
/// Shared by <c>session.update</c> and <c>response.create</c>, which overlap.
/// </summary>
internal sealed partial class FieldRules(string root, Dictionary<string, Action<string, JsonNode?>> rules)
{
    /// <summary>Throws the <see cref="RequestError"/> for the first invalid field.</summary>
    public void Check(JsonObject fields) => Check(fields, "");

    private void Check(JsonObject fields, string prefix)
    {
        foreach (var (name, value) in fields)
        {
            var key = prefix + name;
            var path = $"{root}.{key}";
            if (!rules.TryGetValue(key, out var rule)) throw RequestError.Unknown(path);
            rule(path, value);
            if (value is JsonObject inner && rules.Keys.Any(k => k.StartsWith(key + ".", StringComparison.Ordinal)))
                Check(inner, key + ".");
        }
    }

    private static JsonValueKind Kind(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;

    private static void Object(string path, JsonNode? value)
    {
        if (value is not JsonObject) throw RequestError.InvalidType(path, "an object");
    }

    private static void Array(string path, JsonNode? value)
    {
        if (value is not JsonArray) throw RequestError.InvalidType(path, "an array");
    }

    private static void Text(string path, JsonNode? value)
    {
        if (Kind(value) != JsonValueKind.String) throw RequestError.InvalidType(path, "a string");
    }

    private static void Flag(string path, JsonNode? value)
    {
        if (Kind(value) is not (JsonValueKind.True or JsonValueKind.False)) throw RequestError.InvalidType(path, "a boolean");
    }

    private static void TextOrObject(string path, JsonNode? value)
    {
        if (value is JsonObject || Kind(value) == JsonValueKind.String) return;
        throw RequestError.InvalidType(path, "a string or an object");
    }

    private static Action<string, JsonNode?> OrNull(Action<string, JsonNode?> rule) => (path, value) =>
    {
        if (value is not null) rule(path, value);
    };

    private static Action<string, JsonNode?> OneOf(params string[] supported) => (path, value) =>
    {
        Text(path, value);
        if (!supported.Contains(value!.GetValue<string>())) throw RequestError.InvalidValue(path, value.GetValue<string>(), supported);
    };

    private static Action<string, JsonNode?> Integer(int min, int max) => (path, value) =>
    {
        if (value is not JsonValue number || Kind(value) != JsonValueKind.Number || !number.TryGetValue<int>(out var given))
            throw RequestError.InvalidType(path, "an integer");
        if (given < min || given > max) throw RequestError.Range(path, "integer", given, min, max);
    };

    private static Action<string, JsonNode?> Number(double min, double max) => (path, value) =>
    {
        if (Kind(value) != JsonValueKind.Number) throw RequestError.InvalidType(path, "a number");
        var given = value!.GetValue<double>();
        if (given < min || given > max) throw RequestError.Range(path, "decimal", given, min, max);
    };

    private static void Modalities(string path, JsonNode? value)
    {
        Array(path, value);
        var given = string.Join(",", ((JsonArray)value!).Select(m => Kind(m) == JsonValueKind.String ? m!.GetValue<string>() : "?"));
        if (given is not ("audio" or "text"))
            throw new RequestError("invalid_value", $"Invalid modalities: ['{given}']. Supported combinations are: ['text'] and ['audio'].",
                path);
    }

    private static void Voice(string path, JsonNode? value)
    {
        if (value is JsonObject custom && Kind(custom["id"]) == JsonValueKind.String) return;
        Text(path, value);
    }

    private static void MaxTokens(string path, JsonNode? value)
    {
        if (Kind(value) == JsonValueKind.String && value!.GetValue<string>() == "inf") return;
        Integer(1, 4096)(path, value);
    }

    private static void Metadata(string path, JsonNode? value)
    {
        Object(path, value);
        var pairs = (JsonObject)value!;
        if (pairs.Count > 16)
            throw new RequestError("object_above_max_properties",
                $"Invalid '{path}': too many properties. Expected an object with at most 16 properties, but got {pairs.Count} instead.",
                path);
        foreach (var (key, text) in pairs)
        {
            Text($"{path}.{key}", text);
            if (key.Length > 64) throw RequestError.TooLong(path, 64);
            if (text!.GetValue<string>().Length > 512) throw RequestError.TooLong($"{path}.{key}", 512);
        }
    }

    private static void Tools(string path, JsonNode? value)
    {
        Array(path, value);
        var tools = (JsonArray)value!;
        for (var i = 0; i < tools.Count; i++)
        {
            Object($"{path}[{i}]", tools[i]);
            var tool = (JsonObject)tools[i]!;
            if (!tool.ContainsKey("type")) throw RequestError.Missing($"{path}[{i}].type");
            OneOf("function", "mcp")($"{path}[{i}].type", tool["type"]);
            var label = tool["type"]!.GetValue<string>() == "function" ? "name" : "server_label";
            if (!tool.ContainsKey(label)) throw RequestError.Missing($"{path}[{i}].{label}");
            Text($"{path}[{i}].{label}", tool[label]);
            if (tool.ContainsKey("parameters")) Object($"{path}[{i}].parameters", tool["parameters"]);
        }
    }

    private static void ToolChoice(string path, JsonNode? value)
    {
        if (value is not JsonObject choice)
        {
            OneOf("auto", "none", "required")(path, value);
            return;
        }
        OneOf("function", "mcp")($"{path}.type", choice["type"]);
        var label = choice["type"]!.GetValue<string>() == "function" ? "name" : "server_label";
        if (!choice.ContainsKey(label)) throw RequestError.Missing($"{path}.{label}");
    }

    private static void Truncation(string path, JsonNode? value)
    {
        if (value is not JsonObject how)
        {
            OneOf("auto", "disabled")(path, value);
            return;
        }
        OneOf("retention_ratio")($"{path}.type", how["type"]);
        if (!how.ContainsKey("retention_ratio")) throw RequestError.Missing($"{path}.retention_ratio");
        Number(0, 1)($"{path}.retention_ratio", how["retention_ratio"]);
        if (how["token_limits"]?["post_instructions"] is { } limit)
            Integer(0, int.MaxValue)($"{path}.token_limits.post_instructions", limit);
    }
}
