using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace RealtimeAkka.Faults;

/// <summary>
/// A call of some turns with some words each, where each word is a distinct tone and occurs once: <c>1a 1b 1c</c> in turn 1,
/// <c>2a 2b 2c</c> in turn 2. The simulator recognizes the words on any connection, so a test can check that each
/// arrived exactly once.
/// </summary>
public sealed class SpokenCall
{
    /// <summary>Duration of a word in milliseconds.</summary>
    public const int WordMs = 200;

    private const int BeforeMs = 250;
    private const int AfterMs = 900;
    private const int FadeMs = 10;
    private const int LowestHz = 300;
    private const int StepHz = 60;
    private const double Peak = 0.3;

    /// <summary>Creates a call of at most 51 words in all, the number of distinguishable tones.</summary>
    public SpokenCall(int turns, int wordsPerTurn = 3)
    {
        if (turns * wordsPerTurn > 51) throw new ArgumentOutOfRangeException(nameof(turns), "A call has at most 51 words.");
        Turns = [.. Enumerable.Range(1, turns)
            .Select(turn => Enumerable.Range(0, wordsPerTurn).Select(word => $"{turn}{(char)('a' + word)}").ToList())];
        Words = [.. Turns.SelectMany(words => words)];
        Pcm = Speak();
    }

    /// <summary>The words of each turn.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Turns { get; }

    /// <summary>All words, in order.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The audio, PCM16 mono 24 kHz.</summary>
    public byte[] Pcm { get; }

    /// <summary>Start of a turn's first word, in ms.</summary>
    public int StartMs(int turn) => Turns.Take(turn - 1).Sum(words => BeforeMs + words.Count * WordMs + AfterMs) + BeforeMs;

    /// <summary>The audio of one turn, including the silence before and after it.</summary>
    public byte[] PcmOf(int turn) =>
        Pcm[((StartMs(turn) - BeforeMs) * Protocol.Pcm.BytesPerMillisecond)..((StartMs(
        turn + 1) - BeforeMs) * Protocol.Pcm.BytesPerMillisecond)];

    /// <summary>A turn's words with their tones in Hz, for the scenario.</summary>
    public JsonObject Vocabulary(int turn) =>
        new(Turns[turn - 1].Select(word => KeyValuePair.Create(word, (JsonNode?)JsonValue.Create(Hz(word)))));

    /// <summary>A scenario without faults.</summary>
    public JsonObject Scenario() => new()
    {
        ["defaults"] = new JsonObject { ["asr_delay_ms"] = 60, ["oob_delay_ms"] = 60, ["answer_delay_ms"] = 20, ["interval_ms"] = 1 },
        ["turns"] = new JsonArray([.. Enumerable.Range(1, Turns.Count).Select(turn => (JsonNode)new JsonObject
        {
            ["words"] = Vocabulary(turn),
            ["answer"] = new JsonObject { ["text"] = $"Answer {turn}.", ["audio_ms"] = 200 },
        })]),
    };

    private int Hz(string word) => LowestHz + Words.ToList().IndexOf(word) * StepHz;

    private byte[] Speak()
    {
        using var sound = new MemoryStream();
        foreach (var turn in Turns)
        {
            sound.Write(new byte[BeforeMs * Protocol.Pcm.BytesPerMillisecond]);
            foreach (var word in turn) sound.Write(Tone(Hz(word)));
            sound.Write(new byte[AfterMs * Protocol.Pcm.BytesPerMillisecond]);
        }
        return sound.ToArray();
    }

    private static byte[] Tone(int hz)
    {
        var pcm = new byte[WordMs * Protocol.Pcm.BytesPerMillisecond];
        var (samples, fade) = (pcm.Length / 2, FadeMs * Protocol.Pcm.SampleRate / 1000);
        for (var i = 0; i < samples; i++)
        {
            var loud = Math.Min(1.0, Math.Min(i, samples - i) / (double)fade);
            BinaryPrimitives.WriteInt16LittleEndian(
                pcm.AsSpan(i * 2), (short)(Peak * loud * Math.Sin(2 * Math.PI * hz * i / Protocol.Pcm.SampleRate) * short.MaxValue));
        }
        return pcm;
    }
}
