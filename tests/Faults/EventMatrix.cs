using System.Text.Json.Nodes;

namespace RealtimeAkka.Faults;

/// <summary>How every occurrence of an event is spoiled.</summary>
public enum Spoiling
{
    /// <summary>It is not sent.</summary>
    Dropped,
    /// <summary>It is sent twice.</summary>
    Doubled,
    /// <summary>It is sent after every deadline has passed.</summary>
    Delayed,
    /// <summary>All its fields but the type are null.</summary>
    Nulls,
    /// <summary>Its ids are those of an item and a response that do not exist.</summary>
    ForeignIds,
    /// <summary>It is sent after the event that follows it.</summary>
    OutOfOrder,
}

/// <summary>
/// Every server event of the protocol, spoiled in every way in the second of three turns. Events that a call does not contain are sent
/// between the others. Those that open a session are spoiled on the second connection: on the first there is no session yet.
/// </summary>
public static class EventMatrix
{
    // Longer than every deadline of the settings below.
    private const int BeyondDeadlinesMs = 3000;

    private static readonly SpokenCall Call = new(turns: 3);

    private static readonly Dictionary<string, string> Settings = new(FaultScenario.ShortDeadlines)
    {
        ["socket.open-timeout"] = "2.5 s", // less than the delay, more than the stalls of a busy machine
    };

    /// <summary>The events that a call contains.</summary>
    public static IReadOnlyList<string> Sent { get; } =
    [
        "session.created", "session.updated", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
        "conversation.item.input_audio_transcription.delta", "conversation.item.input_audio_transcription.completed",
        "response.created", "response.output_item.added", "response.output_item.done", "response.content_part.added",
        "response.content_part.done", "response.output_audio.delta", "response.output_audio.done",
        "response.output_audio_transcript.delta", "response.output_audio_transcript.done", "response.output_text.delta",
        "response.output_text.done", "response.done", "rate_limits.updated",
    ];

    /// <summary>The events that a call does not contain.</summary>
    public static IReadOnlyList<string> Others { get; } =
    [
        "conversation.created", "conversation.item.created", "conversation.item.deleted", "conversation.item.retrieved",
        "conversation.item.truncated", "conversation.item.input_audio_transcription.failed",
        "conversation.item.input_audio_transcription.segment", "error", "input_audio_buffer.cleared",
        "input_audio_buffer.dtmf_event_received", "input_audio_buffer.timeout_triggered", "mcp_list_tools.completed",
        "mcp_list_tools.failed", "mcp_list_tools.in_progress", "output_audio_buffer.cleared", "output_audio_buffer.started",
        "output_audio_buffer.stopped", "response.function_call_arguments.delta", "response.function_call_arguments.done",
        "response.mcp_call.completed", "response.mcp_call.failed", "response.mcp_call.in_progress",
        "response.mcp_call_arguments.delta", "response.mcp_call_arguments.done",
    ];

    /// <summary>
    /// One scenario for each event that can be spoiled in this way. A commit of an item that does not exist is left out: it is a turn like
    /// any other, for which the simulator takes the words of another item.
    /// </summary>
    public static IEnumerable<FaultScenario> Of(Spoiling way) =>
        Sent.Where(type => way != Spoiling.ForeignIds || type != "input_audio_buffer.committed").Select(type => Spoiled(type, way)).Concat(
            way is Spoiling.Doubled or Spoiling.Nulls or Spoiling.ForeignIds ? Others.Select(type => Sudden(type, way)) : []);

    /// <summary>One scenario for each event that a turn contains: this turn has none, on one connection or also after a second one.</summary>
    public static IEnumerable<FaultScenario> Dropped(int turn, bool reconnect) => Sent.Skip(2).Select(type =>
    {
        var drop = new JsonObject { ["on"] = type, ["turn"] = turn, ["nth"] = 0, ["do"] = "drop" };
        var connection = new JsonObject { ["faults"] = new JsonArray(drop) };
        if (reconnect) connection["close"] = new JsonObject { ["after_audio_ms"] = Call.StartMs(3) + 300, ["abrupt"] = true };
        return Scenario($"{type} is missing in turn {turn}{(reconnect ? ", with a second connection" : "")}", connection);
    });

    private static FaultScenario Spoiled(string type, Spoiling way)
    {
        var opens = type.StartsWith("session.", StringComparison.Ordinal);
        var fault = Fault(way);
        (fault["on"], fault["nth"]) = (type, 0);
        if (!opens && type != "rate_limits.updated") fault["turn"] = 2;
        var spoiled = new JsonObject { ["faults"] = new JsonArray(fault) };
        var name = $"{type}: {way}";
        var breaks = new JsonObject { ["close"] = new JsonObject { ["after_audio_ms"] = Call.StartMs(2) + 300, ["abrupt"] = true } };
        return opens ? Scenario(name, breaks, spoiled) : Scenario(name, spoiled);
    }

    private static FaultScenario Sudden(string type, Spoiling way)
    {
        var sudden = way == Spoiling.Nulls ? Nulls() : Foreign();
        sudden["type"] = type;
        string[] after = way == Spoiling.Doubled
            ? ["input_audio_buffer.committed", "conversation.item.added"] : ["input_audio_buffer.committed"];
        return Scenario(
            $"{type}: {way}",
            new JsonObject
            {
                ["faults"] = new JsonArray([.. after.Select(on => (JsonNode)new JsonObject
                {
                    ["on"] = on, ["turn"] = 2, ["nth"] = 1, ["do"] = "inject", ["event"] = sudden.DeepClone(),
                })]),
            });
    }

    private static FaultScenario Scenario(string name, params JsonNode[] connections)
    {
        var script = Call.Scenario();
        script["connections"] = new JsonArray(connections);
        script["connection"] = new JsonObject(); // a transcript that does not come is a fault of content: its words may be lost
        return new FaultScenario(name, Call, script, Settings);
    }

    private static JsonObject Fault(Spoiling way) => way switch
    {
        Spoiling.Dropped => new() { ["do"] = "drop" },
        Spoiling.Doubled => new() { ["do"] = "duplicate" },
        Spoiling.Delayed => new() { ["do"] = "delay", ["ms"] = BeyondDeadlinesMs },
        Spoiling.Nulls => new() { ["do"] = "change", ["event"] = Nulls() },
        Spoiling.ForeignIds => new() { ["do"] = "change", ["event"] = Foreign() },
        _ => new() { ["do"] = "swap" },
    };

    private static JsonObject Nulls() => new(
        new[]
        {
            "event_id", "item_id", "previous_item_id", "response_id", "item", "response", "delta", "transcript", "text", "usage", "error",
            "part", "arguments", "call_id", "name", "output_index", "content_index", "audio_start_ms", "audio_end_ms", "session",
            "rate_limits", "conversation",
        }.Select(field => KeyValuePair.Create(field, (JsonNode?)null)));

    private static JsonObject Foreign() => new()
    {
        ["event_id"] = "event_foreign", ["item_id"] = "item_foreign", ["previous_item_id"] = "item_unknown", ["response_id"] = "resp_foreign",
    };
}
