namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>A call whose two transcripts differ in each turn, so that a swapped one is seen.</summary>
internal static class ThreeTurns
{
    public const string Scenario = """
        { "defaults": { "asr_delay_ms": 60, "oob_delay_ms": 60, "answer_delay_ms": 20 }, "turns": [
          { "asr": { "transcript": "asr one" },   "oob": { "text": "model one" },   "answer": { "text": "a", "audio_ms": 200 } },
          { "asr": { "transcript": "asr two" },   "oob": { "text": "model two" },   "answer": { "text": "b", "audio_ms": 200 } },
          { "asr": { "transcript": "asr three" }, "oob": { "text": "model three" }, "answer": { "text": "c", "audio_ms": 200 } } ] }
        """;

    public static readonly (int, string, string)[] Heard =
        [(1, "model one", "asr one"), (2, "model two", "asr two"), (3, "model three", "asr three")];
}
