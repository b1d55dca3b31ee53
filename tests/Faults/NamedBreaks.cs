using System.Text.Json.Nodes;

namespace RealtimeAkka.Faults;

/// <summary>Named scenarios with connections that break at critical moments. There is no other fault, so every word must arrive.</summary>
public static class NamedBreaks
{
    private static readonly SpokenCall Call = new(turns: 3);

    /// <summary>All scenarios.</summary>
    public static IReadOnlyList<FaultScenario> All { get; } =
    [
        Break("in the middle of a sentence", After(Call.StartMs(2) + 300, "\"abrupt\":true")),
        Break("in the middle of a word", After(Call.StartMs(2) + 270, "\"abrupt\":true")),
        Break("in the middle of a sentence, with a goodbye", After(Call.StartMs(2) + 300, "\"code\":1001")),
        // the last reply, so no barge-in
        Break("in the middle of a reply", On("response.output_audio.delta", "\"turn\":3", "abort_mid_message")),
        Break("between the commit and the transcripts", On("input_audio_buffer.committed", "\"turn\":2", "abort")),
        Break("between the two transcripts", On("conversation.item.input_audio_transcription.completed", "\"turn\":2", "close")),
        Break("during the next handshake", After(Call.StartMs(2) + 300, "\"abrupt\":true"), """{"refuse":"abort"}"""),
        Break("while the next handshake is not answered", After(Call.StartMs(2) + 300, "\"abrupt\":true"), """{"refuse":"hang"}"""),
        Break("right after the next greeting", After(Call.StartMs(2) + 300, "\"abrupt\":true"),
        On("session.created", "\"nth\":1", "abort")),
        Break("right after the next settings", After(Call.StartMs(2) + 300, "\"abrupt\":true"),
        On("session.updated", "\"nth\":1", "abort")),
        Break("without a sign", On("input_audio_buffer.speech_started", "\"turn\":2", "half_open")),
        InRealTime(Break("at the session's limit", """{"expires_after_ms":2500}""")),
        Break("at the end of the call", On("rate_limits.updated", "\"nth\":3", "close")),
        Break("five times in a row",
            After(Call.StartMs(1) + 300, "\"abrupt\":true"), """{"refuse":"abort"}""", """{"refuse":"http_503"}""",
            On("session.created", "\"nth\":1", "abort"), After(400, "\"abrupt\":true")),
    ];

    private static FaultScenario Break(string name, params string[] connections)
    {
        var script = Call.Scenario();
        script["connections"] = new JsonArray([.. connections.Select(connection => JsonNode.Parse(connection))]);
        return new FaultScenario(name, Call, script, FaultScenario.DeadlinesBeyondADeadLine);
    }

    // Time-based breaks need a call at real-time pace.
    private static FaultScenario InRealTime(FaultScenario scenario) =>
        scenario with { Settings = new Dictionary<string, string>(scenario.Settings) { ["mic.pace"] = "realtime" } };

    private static string After(int audioMs, string how) => $$"""{ "close": { "after_audio_ms": {{audioMs}}, {{how}} } }""";

    private static string On(string type, string which, string how) =>
        $$"""{ "faults": [ { "on": "{{type}}", {{which}}, "do": "{{how}}" } ] }""";
}
