using RealtimeAkka.EndToEnd.Tests.VirtualDevices;
using RealtimeAkka.Simulator.Carrier;
using static RealtimeAkka.EndToEnd.Tests.Gateway.TelephoneCallTests;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>How soon a carrier stops playing what the caller speaks over: alone, since it plays in real time.</summary>
[Collection(SoundCollection.Name)]
public sealed class TelephoneTimingTests
{
    private const string AuthToken = "12345";

    private static readonly Dictionary<string, string> Signed = new() { ["TWILIO_AUTH_TOKEN"] = AuthToken };

    [Fact]
    public async Task A_telephone_has_the_sample_call_with_its_transcripts_and_costs()
    {
        using var serve = await ServeProcess.StartAsync(args: ["--set", "serve.record-address=on"], variables: Signed);
        await using var call = await CarrierCall.DialAsync(new CarrierOptions
        {
            Server = serve.Url, AuthToken = AuthToken, From = "+15550123", Parameters = new Dictionary<string, string> { ["claim"] = "7" },
        });

        await call.SpeakAsync(Line(Sound.Wav("intake-call.wav")));
        await call.UntilAsync(call => !call.Output.IsSounding);
        await call.HangUpAsync();
        await call.Closed.WaitAsync(HostProcess.Limit);

        var id = await OnlyCallAsync(serve);
        var records = (await serve.EventsAsync(id)).ConvertAll(e => e.Record);
        Assert.Equal("telephone", records[0].Text("source"));
        var telephone = records[0].GetProperty("telephone");
        Assert.Equal(
            ("twilio", call.CallSid, "+15550123", "+15550199", "7"),
            (telephone.Text("carrier"), telephone.Text("call"), telephone.Text("from"), telephone.Text("to"),
            telephone.GetProperty("parameters").Text("claim")));
        Assert.Equal(
            ["Hello there.", "My name is Dana Whitlock. W-H-I-T-L-O-C-K.", "My policy number is ABCD-1234.", "It was raining last night.",
            "A tree fell and broke the window of my garage.", "No, that is all."],
            records.Where(record => record.Text("type") == "turn").Select(turn => turn.GetProperty("oob").Text("text")));
        var summary = records[^1];
        Assert.Equal(("summary", "completed", "telephone"), (summary.Text("type"), summary.Text("exit"), summary.Text("source")));
        Assert.Equal(0.040974m, summary.GetProperty("oob").GetProperty("usd").GetDecimal());
        Assert.Equal(0.002114m, summary.GetProperty("asr").GetProperty("usd").GetDecimal());
        Assert.Equal(0, summary.GetProperty("audio").GetProperty("dropped_ms").GetInt64());
        // What the carrier played while it was told to stop is missing.
        var (heard, clears) = (call.Output.HeardMs, call.Output.Clears.Count);
        Assert.InRange(summary.GetProperty("audio").GetProperty("played_ms").GetInt64(), heard - 60 * clears, heard + 10);
        Assert.True(call.Output.ReceivedMs > 5000, $"{call.Output.ReceivedMs} ms of the assistant's voice came");
    }
}
