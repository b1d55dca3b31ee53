using RealtimeAkka.Protocol;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

/// <summary>The sample call as the demo plays it: 100 ms frames at real-time pace, on a manual clock.</summary>
public class IntakeCallTests
{
    private const string Asr = "conversation.item.input_audio_transcription.completed";
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);
    private static readonly string ScenarioFile = Sound.Sample("intake-call.scenario.json");

    [Fact]
    public async Task Six_turns_each_with_its_own_transcripts_and_an_answer_before_the_next()
    {
        var turns = Scenario.Load(ScenarioFile).Turns;
        await using var client = await CallAsync();

        for (var i = 1; i <= 6; i++)
        {
            var item = (await client.Event("input_audio_buffer.committed", i))["item_id"];
            var asr = await client.Log.WaitAsync(e => e.Type == Asr && e["item_id"] == item, SimulatorClient.Limit);
            var oob = await client.Log.WaitAsync(
                e => e.Type == "response.done" && e["response.metadata.item_id"] == item, SimulatorClient.Limit);
            Assert.Equal(turns[i - 1].Asr!.Transcript, asr["transcript"]);
            Assert.Contains(turns[i - 1].Oob!.Text!, oob["response.output"]);
            Assert.Equal($"{turns[i - 1].Oob!.Usage!.TotalTokens}", oob["response.usage.total_tokens"]);
            Assert.Equal(turns[i - 1].Answer!.Text, (await client.Event("response.output_audio_transcript.done", i))["transcript"]);
        }
    }

    [Fact]
    public async Task Every_answer_begins_before_the_caller_speaks_again()
    {
        await using var client = await CallAsync();

        var answers = client.Log.Of("response.content_part.added").Where(e => e["part.type"] == "audio").Select(e => e.At).ToList();
        var speech = client.Log.Of("input_audio_buffer.speech_started").Select(e => e.At).ToList();
        Assert.Equal(6, answers.Count);
        Assert.All(answers.Zip(speech.Skip(1)),
            pair => Assert.True(pair.First < pair.Second, $"answer at {pair.First:mm:ss.fff}, speech at {pair.Second:mm:ss.fff}"));
    }

    [Fact]
    public async Task The_asr_is_sometimes_before_and_sometimes_after_the_model()
    {
        await using var client = await CallAsync();

        var order = client.Log.Entries
            .Where(e => e.Type == Asr || (e.Type == "response.done" && e["response.conversation_id"] == "null")).Select(e => e.Type)
            .Chunk(2)
            .ToList();
        Assert.Contains(order, pair => pair[0] == Asr && pair[1] != Asr);
        Assert.Contains(order, pair => pair[0] != Asr && pair[1] == Asr);
    }

    [Fact]
    public void It_is_short()
    {
        Assert.InRange(Pcm.Duration(Sound.Wav("intake-call.wav").Length).TotalSeconds, 19, 21);
        Assert.All(Scenario.Load(ScenarioFile).Turns, t => Assert.InRange(t.Answer!.AudioMs!.Value, 1500, 2200));
    }

    private static async Task<SimulatorClient> CallAsync()
    {
        var time = new ManualTime();
        var client = await SimulatorClient.ConnectAsync(File.ReadAllText(ScenarioFile), time: time);
        await client.ConfigureAsync("""
            {"audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"},"noise_reduction":{"type":"near_field"},
             "turn_detection":{"type":"server_vad","threshold":0.6,"prefix_padding_ms":300,"silence_duration_ms":800}}}}
            """);
        var (sent, asked) = (0, 0);
        foreach (var frame in Sound.Wav("intake-call.wav").Chunk(Pcm.Bytes(Frame)))
        {
            time.Advance(Frame);
            await client.HearAsync(frame);
            await client.Log.WaitForAudioAsync(sent += frame.Length, SimulatorClient.Limit);
            if (client.Log.Of("input_audio_buffer.committed").Count == asked) continue;

            var item = (await client.Event("input_audio_buffer.committed", ++asked))["item_id"];
            await client.SendAsync("""
                {"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"instructions":"Transcribe.","metadata":{"item_id":"ITEM"}}}
                """.Replace("ITEM", item, StringComparison.Ordinal));
            await client.Log.WaitAsync(e => e.Type == "response.created" && e["response.metadata.item_id"] == item, SimulatorClient.Limit);
        }
        time.Advance(TimeSpan.FromSeconds(5));
        return client;
    }
}
