using System.Text.Json.Nodes;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

/// <summary>Scenarios with <c>words</c>: the simulator recognizes turns by their tones, not by their order.</summary>
public sealed class VocabularyTests
{
    private const string Asr = "conversation.item.input_audio_transcription.completed";
    private static readonly SpokenCall Call = new(turns: 3);

    [Fact]
    public async Task Each_turn_is_transcribed_with_the_words_that_are_in_its_sound()
    {
        await using var client = await ConnectAsync();
        await client.HearAsync(Call.Pcm);

        foreach (var (words, i) in Call.Turns.Select((words, i) => (words, i)))
            Assert.Equal(string.Join(' ', words), (await client.Event(Asr, i + 1))["transcript"]);
    }

    [Fact]
    public async Task A_turn_is_the_same_turn_on_whichever_connection_it_comes()
    {
        await using var client = await ConnectAsync(
            """{"on":"input_audio_buffer.committed","turn":3,"do":"inject","event":{"type":"that.was.turn.three","event_id":"event_x"}}""");
        await client.HearAsync(Call.Pcm[(Call.StartMs(3) * 48)..]);

        await client.Event("that.was.turn.three");
        Assert.Equal("3a 3b 3c", (await client.Event(Asr))["transcript"]);
    }

    [Theory]
    [InlineData(90, "1b 1c")]
    [InlineData(70, "1a 1b 1c")]
    [InlineData(280, "1b 1c")]
    [InlineData(300, "1c")]
    public async Task Of_a_word_that_is_cut_in_two_at_most_one_half_is_heard(int fromMs, string heard)
    {
        await using var client = await ConnectAsync();
        await client.HearAsync(Call.Pcm[((Call.StartMs(1) + fromMs) * 48)..(Call.StartMs(2) * 48)]);

        Assert.Equal(heard, (await client.Event(Asr))["transcript"]);
    }

    [Fact]
    public async Task What_is_no_word_is_nothing()
    {
        await using var client = await ConnectAsync();
        await client.HearAsync(Sound.Noise(600, 0.2), Sound.Silence(900));

        Assert.Equal("", (await client.Event(Asr))["transcript"]);
    }

    [Fact]
    public async Task The_model_hears_the_words_of_the_item_it_is_asked_about()
    {
        await using var client = await ConnectAsync();
        await client.HearAsync(Call.Pcm);
        var first = (await client.Event("input_audio_buffer.committed"))["item_id"];
        await client.Event("input_audio_buffer.committed", 3);
        await client.SendAsync("""
            {"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"instructions":"Transcribe.","input":[{"type":"item_reference","id":"ITEM"}]}}
            """.Replace("ITEM", first, StringComparison.Ordinal));

        Assert.Equal("1a 1b 1c", (await client.Event("response.output_text.done"))["text"]);
    }

    private static async Task<SimulatorClient> ConnectAsync(string? fault = null)
    {
        var scenario = Call.Scenario();
        if (fault is not null) scenario["connection"] = JsonNode.Parse($$"""{ "faults": [ {{fault}} ] }""");
        var client = await SimulatorClient.ConnectAsync(scenario.ToJsonString());
        await client.ConfigureAsync(
            """{"audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"},"turn_detection":{"type":"server_vad","silence_duration_ms":500}}}}""");
        return client;
    }
}
