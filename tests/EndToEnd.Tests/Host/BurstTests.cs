using System.Text.Json;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>A reply that comes all at once and is played for seconds, with a user who goes on talking.</summary>
public class BurstTests
{
    [Fact]
    [Trait("Cookbook", "13")]
    public async Task While_a_long_reply_is_played_sound_goes_out_and_the_next_turn_is_asked_for_at_once()
    {
        var call = new SpokenCall(turns: 2);
        var script = call.Scenario();
        script["turns"]![0]!["answer"] = System.Text.Json.Nodes.JsonNode.Parse("""{ "text": "A long one.", "audio_ms": 5000, "interval_ms": 0 }""");
        await using var server = await TestCall.ServeAsync(script.ToJsonString());

        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(call.Pcm), "--echo", "barge-in", "--set", "playback.speed=1"], pace: "realtime");

        Assert.Equal(call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
        var wire = File.ReadLines(Path.Combine(result.Folder!, "wire.jsonl")).Select(line => JsonElement.Parse(line)).ToList();
        var sound = Times(wire, "sent", "input_audio_buffer.append");
        Assert.InRange(sound.Zip(sound.Skip(1), (before, after) => after - before).Max(), 0, 1.0); // the script: 4.9 s
        var asked = Times(wire, "sent", "response.create")[1] - Times(wire, "received", "input_audio_buffer.committed")[1];
        Assert.InRange(asked, 0, 1.0); // the script: 3.9 s
    }

    private static List<double> Times(List<JsonElement> wire, string direction, string type) =>
        [.. wire.Where(line => line.Text("dir") == direction && line.GetProperty("event").Text("type") == type).Select(line => line.GetProperty("t").GetDouble())];
}
