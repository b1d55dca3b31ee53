using System.Globalization;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Simulator.Session;

/// <summary>Rejects a client event: the state does not change and the client gets one <c>error</c> event (docs/protocol.md 9).</summary>
internal sealed class RequestError(string? code, string message, string? param = null) : Exception(message)
{
    public string Type { get; private init; } = "invalid_request_error";
    public string? Code { get; } = code;
    public string? Param { get; } = param;

    /// <summary>Whether the error names the client's event; null: depends on the event's type.</summary>
    public bool? NamesEvent { get; init; }

    public static RequestError Missing(string path) =>
        new("missing_required_parameter", $"Missing required parameter: '{path}'.", path);

    public static RequestError Unknown(string path) => new("unknown_parameter", $"Unknown parameter: '{path}'.", path);

    public static RequestError InvalidValue(string path, string given, IEnumerable<string> supported) =>
        new("invalid_value", $"Invalid value: '{given}'. Supported values are: {string.Join(", ", supported.Select(s => $"'{s}'"))}.",
        path);

    public static RequestError InvalidType(string path, string expected) =>
        new("invalid_type", $"Invalid type for '{path}': expected {expected}.", path);

    /// <summary>A field that must be an object is missing or of another type.</summary>
    public static RequestError NoObject(JsonObject e, string name) => e.ContainsKey(name) ? InvalidType(name, "an object") : Missing(name);

    /// <summary>A number out of range; <paramref name="kind"/> is <c>integer</c> or <c>decimal</c>.</summary>
    public static RequestError Range(string path, string kind, double given, double min, double max)
    {
        var (side, name, sign, limit) = given < min ? ("below", "minimum", ">=", min) : ("above", "maximum", "<=", max);
        return new RequestError($"{kind}_{side}_{name[..3]}_value", string.Create(CultureInfo.InvariantCulture,
            $"Invalid '{path}': {kind} {side} {name} value. Expected a value {sign} {limit}, but got {given} instead."), path);
    }

    public static RequestError TooLong(string path, int limit) =>
        new("string_above_max_length", $"Invalid '{path}': string too long. Expected a string with maximum length {limit}.", path);

    public static RequestError Scripted(ErrorScript error) => new(error.Code, error.Message, error.Param)
    {
        Type = error.Type ?? "invalid_request_error",
        NamesEvent = error.WithoutEventId ? false : null,
    };
}
