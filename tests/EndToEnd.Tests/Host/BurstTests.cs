using System.Text.Json.Nodes;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>A reply that arrives in one burst and plays for 5 s while the user goes on talking.</summary>
public class BurstTests
{
    [Fact]
    [Trait("Cookbook", "13")]
    public async Task While_a_long_reply_is_played_sound_goes_out_and_the_next_turn_is_asked_for_at_once()
    {
        var call = new SpokenCall(turns: 2);
        var script = call.Scenario();
        script["turns"]![0]!["answer"] = JsonNode.Parse("""{ "text": "A long one.", "audio_ms": 5000, "interval_ms": 0 }""");
        await using var server = await TestCall.ServeAsync(script.ToJsonString());

        // Manual turns: the server does not detect speech into the reply and interrupts nothing.
        using var host = HostProcess.StartOnPipe(
            server.Url, ["--turn-detection", "manual", "--echo", "barge-in", "--set", "playback.speed=1"]);
        await host.SpeakAsync(call.PcmOf(1));
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await log.WaitAsync(e => e.Type == "response.done" && e["response.metadata.oob"] is null, HostProcess.Limit);
        await host.SpeakAsync(call.PcmOf(2));
        host.HangUp();
        var result = await host.EndAsync();

        Assert.Equal(call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
        // The script sent no audio for 4.9 s and its request 3.9 s late (docs/cookbook.md row 13); here turn 2 precedes the end of reply 1.
        Assert.Equal(["turn 1", "turn 2", "assistant 1", "assistant 2"],
            result.Records.Where(record => record.Text("type") is "turn" or "assistant")
            .Select(record => $"{record.Text("type")} {record.GetProperty("turn")}"));
        Assert.Equal(5000, result.Of("assistant")[0].GetProperty("heard_ms").GetInt64());
    }
}
