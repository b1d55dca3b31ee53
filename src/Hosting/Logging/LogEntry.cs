using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>One line of <c>session.log</c>.</summary>
public sealed partial record LogEntry(DateTimeOffset Time, LogEventLevel Level, string Actor, string Message, int? Turn, string? Item)
{
    /// <summary>The response that it is about; null: none.</summary>
    public string? Response { get; init; }

    /// <summary>What kind of entry it is: the message before its values are filled in.</summary>
    public string Template { get; init; } = "";

    /// <summary>The task, the milliseconds and the US dollars that it names; null: none.</summary>
    public (string? Task, long? Milliseconds, decimal? Usd) Values { get; init; }

    /// <summary>Null for a line that is not a log entry, such as the torn last one after a crash.</summary>
    public static LogEntry? TryParse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var properties = root.TryGetProperty("Properties", out var found) ? found : default;
            var template = root.GetProperty("MessageTemplate").GetString()!;
            return new LogEntry(
                root.GetProperty("Timestamp").GetDateTimeOffset(),
                Enum.Parse<LogEventLevel>(root.GetProperty("Level").GetString()!),
                Text(properties, "Actor") ?? "-",
                Fill(template, properties)
                + (root.TryGetProperty("Exception", out var exception) ? $" ({exception.GetString()?.Split('\n')[0]})" : ""),
                int.TryParse(Text(properties, "Turn"), CultureInfo.InvariantCulture, out var turn) ? turn : null,
                Text(properties, "Item"))
            {
                Response = Text(properties, "Response"), Template = template,
                Values = (
                    Text(properties, "Task"),
                    long.TryParse(Text(properties, "Milliseconds"), CultureInfo.InvariantCulture, out var ms) ? ms : null,
                    decimal.TryParse(Text(properties, "Cost"), CultureInfo.InvariantCulture, out var usd) ? usd : null),
            };
        }
        catch (Exception e)
        when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The entry as <c>logs</c> shows it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Time:HH:mm:ss.fff} {Short(Level)} {Actor,-10} {Message}");

    // Serilog's own rendering puts every string in quotes.
    private static string Fill(string template, JsonElement properties) =>
        Hole().Replace(template, hole => Text(properties, hole.Groups[1].Value) ?? hole.Value);

    [GeneratedRegex(@"\{@?\$?(\w+)[^}]*\}")]
    private static partial Regex Hole();

    private static string? Text(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) ? value.ToString() : null;

    /// <summary>A level in three letters.</summary>
    public static string Short(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "VRB",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        _ => "ERR",
    };
}
