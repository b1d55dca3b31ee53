using System.Text.Json;
using System.Text.Json.Nodes;

namespace RealtimeAkka.EndToEnd.Tests.Lab;

/// <summary>A golden set of one call whose turns each say a policy number, two prompts, and what a simulator answers to them.</summary>
internal sealed class LabFolder
{
    /// <summary>Creates the folder; the file <c>call.wav</c> has this many turns.</summary>
    public LabFolder(int turns)
    {
        Turns = turns;
        File.Move(TestCall.Wav(TestCall.Pcm(turns)), At("call.wav"));
        Write([.. Enumerable.Range(1, turns).Select(turn => Line("call.wav", turn, Said(turn), [Number(turn)]))]);
        File.WriteAllText(At("a.md"), "Write what you hear, variant one.");
        File.WriteAllText(At("b.md"), "Write what you hear, variant two.");
    }

    public int Turns { get; }

    public string Path { get; } = TestFolder.New().FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The entity of a turn.</summary>
    public static string Number(int turn) => $"AB-{4100 + turn}";

    /// <summary>What is said in a turn.</summary>
    public static string Said(int turn) => $"My policy number is {Number(turn)}.";

    public static string Line(string audio, int turn, string reference, string[] entities) =>
        JsonSerializer.Serialize(new { audio, turn, reference, entities });

    public void Write(params string[] lines) => File.WriteAllText(At("golden.jsonl"), string.Join('\n', lines));

    /// <summary>
    /// What is answered: the transcription model and variant a hear every number, variant b not the <paramref name="misheard"/> and costs half.
    /// </summary>
    public JsonObject Scenario(params int[] misheard) => new()
    {
        ["defaults"] = new JsonObject { ["asr_delay_ms"] = 10, ["oob_delay_ms"] = 10, ["interval_ms"] = 0 },
        ["turns"] = new JsonArray([.. Enumerable.Range(1, Turns).Select(turn => (JsonNode)new JsonObject
        {
            ["asr"] = new JsonObject { ["transcript"] = Said(turn) },
            ["oob"] = new JsonObject { ["text"] = Said(turn), ["usage"] = Usage(200) },
            ["requests"] = new JsonArray(new JsonObject
            {
                ["instructions"] = "variant two",
                ["reply"] = new JsonObject
                {
                    ["text"] = misheard.Contains(turn) ? "My policy number is AB-1000." : Said(turn), ["usage"] = Usage(100),
                },
            }),
        })]),
    };

    /// <summary>The arguments of a run with both variants.</summary>
    public string[] Run(Uri url, params string[] more) =>
        ["lab", "run", "--golden", Path, "--url", url.ToString(), "--variant", $"a={At("a.md")}", "--variant", $"b={At("b.md")}", .. more];

    private static JsonObject Usage(int tokens) => new()
    {
        ["total_tokens"] = 2 * tokens, ["input_tokens"] = tokens, ["output_tokens"] = tokens,
        ["input_token_details"] = new JsonObject { ["text_tokens"] = tokens, ["audio_tokens"] = 0, ["cached_tokens"] = 0 },
        ["output_token_details"] = new JsonObject { ["text_tokens"] = tokens, ["audio_tokens"] = 0 },
    };
}
