using System.Text;
using RealtimeAkka.Simulator.Carrier;
using static RealtimeAkka.EndToEnd.Tests.Gateway.TelephoneCallTests;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>What a caller at a telephone does besides speaking: presses keys, listens first, says nothing.</summary>
public sealed class TelephoneCallerTests
{
    private const string OneTurn = """{ "turns": [ { "oob": { "text": "One." }, "answer": { "audio_ms": 400 } } ] }""";

    // So many that no time or id in a record has them by chance.
    private const string FirstKeys = "73920584", LastKeys = "16495027";

    [Theory]
    [InlineData("off", "[keys pressed: 7392058416495027]")]
    [InlineData("on", "[16 digits were entered]")]
    public async Task Keys_are_a_turn_that_the_model_is_told_and_answers(string secret, string text)
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(
            model.Url, ["--record", "wire", "--set", $"telephone.dtmf-secret={secret}", "--set", "telephone.dtmf-timeout=300 ms"]);
        await using var call = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url });

        await call.SpeakAsync(Line(Sound.Silence(200)));
        await call.PressAsync(FirstKeys);
        await call.PressAsync(LastKeys);
        await call.UntilAsync(call => call.Output.HeardMs > 0);
        await call.UntilAsync(call => !call.Output.IsSounding);
        await call.HangUpAsync();
        await call.Closed.WaitAsync(HostProcess.Limit);

        var id = Assert.Single(await EndedAsync(serve));
        var records = (await serve.EventsAsync(id)).ConvertAll(e => e.Record);
        var turn = Assert.Single(records, record => record.Text("type") == "turn");
        Assert.Equal(("dtmf", text, "disabled", 0m),
            (turn.Text("source"), turn.Text("words"), turn.GetProperty("asr").Text("status"),
            turn.GetProperty("asr").GetProperty("cost_usd").GetDecimal()));
        Assert.Equal(1, Assert.Single(records, record => record.Text("type") == "assistant").GetProperty("turn").GetInt32());
        var told = Assert.Single((await model.ConnectionAsync(1, HostProcess.Limit)).Log.Of("conversation.item.create"));
        Assert.Contains(text, told.Text, StringComparison.Ordinal);
        if (secret == "on")
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(serve.Host.Data, id)))
            {
                var written = await File.ReadAllTextAsync(file);
                Assert.DoesNotContain(FirstKeys, written, StringComparison.Ordinal);
                Assert.DoesNotContain(LastKeys, written, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_recorded_greeting_is_heard_first_and_the_caller_may_speak_over_it()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(
            model.Url, ["--set", $"session.greeting={TestCall.Wav(Sound.Speech(4000))}"]);
        await using var call = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url, PlaysByHand = true });

        await call.UntilAsync(call => call.Output.ReceivedMs >= 900);
        await call.PlayAsync(20);
        _ = call.SpeakAsync(Line([.. TestCall.Pcm(1), .. Sound.Silence(60_000)]));
        await call.UntilAsync(call => call.Output.Clears.Count > 0);
        while (call.Output.HeardMs < 790)
        {
            await call.UntilAsync(call => call.Output.IsSounding);
            await call.PlayAsync(1);
        }
        await call.HangUpAsync();
        await call.Closed.WaitAsync(HostProcess.Limit);

        var records = (await serve.EventsAsync(Assert.Single(await EndedAsync(serve)))).ConvertAll(e => e.Record);
        var answers = records.Where(record => record.Text("type") == "assistant").ToList();
        Assert.Equal(("recording", "cancelled", 400),
            (answers[0].Text("response_id"), answers[0].Text("status"), answers[0].GetProperty("heard_ms").GetInt64()));
        Assert.Equal(("completed", 400), (answers[1].Text("status"), answers[1].GetProperty("heard_ms").GetInt64()));
        Assert.Empty((await model.ConnectionAsync(1, HostProcess.Limit)).Log.Of("conversation.item.truncate"));
    }

    [Fact]
    public async Task The_longest_call_ends_with_the_assistants_last_words()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(
            model.Url, ["--duration", "1", "--set", "telephone.goodbye=Say goodbye."]);
        await using var call = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url });

        Assert.Equal(1000, (await call.Closed.WaitAsync(HostProcess.Limit)).Code);

        var records = (await serve.EventsAsync(Assert.Single(await EndedAsync(serve)))).ConvertAll(e => e.Record);
        var last = Assert.Single(records, record => record.Text("type") == "assistant");
        Assert.True(last.GetProperty("heard_ms").GetInt64() > 0);
        Assert.Single(records, record => record.Text("code") == "time_ended");
        Assert.Equal("completed", records[^1].Text("exit"));
    }

    [Fact]
    public async Task A_caller_who_says_nothing_is_said_goodbye_to()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(
            model.Url,
            [
                "--set", "session.greeting=Greet the caller.", "--set", "turn-detection.idle-timeout=5 s", "--set",
                "telephone.idle-prompts=0", "--set", "telephone.goodbye=Say goodbye.",
            ]);
        await using var call = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url });

        Assert.Equal(1000, (await call.Closed.WaitAsync(HostProcess.Limit)).Code);

        var records = (await serve.EventsAsync(Assert.Single(await EndedAsync(serve)))).ConvertAll(e => e.Record);
        Assert.Single(records, record => record.Text("code") == "idle_ended");
        Assert.Equal("idle", Assert.Single(records, record => record.Text("type") == "turn").Text("source")); // nobody is asked twice
        var requests = (await model.ConnectionAsync(1, HostProcess.Limit)).Log.Of("response.create")
            .Select(request => request["response.instructions"]);
        Assert.Equal("Say goodbye.", requests.Last());
        Assert.True(records.Last(record => record.Text("type") == "assistant").GetProperty("heard_ms").GetInt64() > 0);
        Assert.Equal("completed", records[^1].Text("exit"));
    }

    [Fact]
    public async Task A_caller_of_another_carrier_is_served_by_its_own_messages()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url);
        await using var call = await CarrierCall.ConnectAsync(new CarrierOptions { Server = serve.Url }, "/calls/telnyx");

        await call.SendAsync("""{"event":"connected","version":"1.0.0"}"""u8.ToArray());
        await call.SendAsync("""
            {"event":"start","sequence_number":"1","stream_id":"32de0dea-53cb-4b21-89a4-9e1819c043bc","start":{
             "call_control_id":"v2:1","from":"+13122010094","to":"+13122123456",
             "media_format":{"encoding":"PCMU","sample_rate":8000,"channels":1}}}
            """u8.ToArray());
        var line = Line([.. TestCall.Pcm(1), .. Sound.Silence(1000)]);
        for (var at = 0; at + 160 <= line.Length; at += 160)
        {
            var payload = Convert.ToBase64String(line, at, 160);
            await call.SendAsync(Encoding.UTF8.GetBytes($$$"""
                {"event":"media","sequence_number":"{{{at / 160 + 2}}}","stream_id":"32de0dea-53cb-4b21-89a4-9e1819c043bc","media":{
                 "track":"inbound","chunk":"{{{at / 160 + 1}}}","timestamp":"{{{at / 8}}}","payload":"{{{payload}}}"}}
                """));
        }
        await call.UntilAsync(call => call.Output.ReceivedMs >= 390);
        await call.SendAsync("""{"event":"stop","sequence_number":"9","stream_id":"32de0dea-53cb-4b21-89a4-9e1819c043bc"}"""u8.ToArray());
        await call.Closed.WaitAsync(HostProcess.Limit);

        var records = (await serve.EventsAsync(Assert.Single(await EndedAsync(serve)))).ConvertAll(e => e.Record);
        Assert.Equal("telnyx", records[0].GetProperty("telephone").Text("carrier"));
        Assert.Equal("One.", Assert.Single(records, record => record.Text("type") == "turn").GetProperty("oob").Text("text"));
        // No mark came back, so nothing was heard.
        Assert.Equal(0, Assert.Single(records, record => record.Text("type") == "assistant").GetProperty("heard_ms").GetInt64());
    }
}
