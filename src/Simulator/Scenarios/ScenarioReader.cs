using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>A scenario that cannot be played; the message names the file and the path inside it.</summary>
public sealed class ScenarioException(string message) : Exception(message);

/// <summary>Reads scenario files strictly: an unknown field, a wrong type or an impossible value is an error.</summary>
internal static class ScenarioReader
{
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static Scenario Load(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (IOException e)
        {
            throw new ScenarioException($"{file}: {e.Message}");
        }
    }

    public static Scenario Parse(string json, string source)
    {
        try
        {
            var scenario = JsonSerializer.Deserialize<Scenario>(json, Json) ?? throw new ScenarioException($"{source}: is null");
            ScenarioRules.Check(scenario, problem => throw new ScenarioException($"{source}: {problem}"));
            return scenario;
        }
        catch (JsonException e)
        {
            throw new ScenarioException($"{source}: {e.Path ?? "$"}: {Plain(e)}");
        }
    }

    // The serializer's message ends in path, line and byte; the caller already puts the path in front.
    private static string Plain(JsonException e)
    {
        var text = e.Message.Split(" Path: ")[0];
        if (text.StartsWith("The JSON property '", StringComparison.Ordinal)) text = $"unknown field '{text.Split('\'')[1]}'";
        else if (text.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
        text = "has the wrong type or an unknown value";
        return $"{text} (line {e.LineNumber + 1})";
    }
}
