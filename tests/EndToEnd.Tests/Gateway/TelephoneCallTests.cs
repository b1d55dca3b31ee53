using System.Runtime.InteropServices;
using System.Text.Json;
using RealtimeAkka.Audio;
using RealtimeAkka.EndToEnd.Tests.VirtualDevices;
using RealtimeAkka.Gateway.Telephone;
using RealtimeAkka.Protocol;
using RealtimeAkka.Simulator.Carrier;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>Telephone calls of a simulated carrier through <c>serve</c>, on real WebSockets.</summary>
public sealed class TelephoneCallTests
{
    private const string LongAnswer = """
        { "turns": [ { "asr": { "transcript": "one" }, "oob": { "text": "One." },
                       "answer": { "text": "A long answer.", "audio_ms": 20000 } },
                     { "asr": { "transcript": "two" }, "oob": { "text": "Two." }, "answer": { "text": "Short.", "audio_ms": 400 } } ] }
        """;

    [Theory]
    [InlineData("default")]
    [InlineData("pcm16")]
    public async Task The_caller_hears_the_assistants_voice_as_it_was_made(string format)
    {
        await using var model = await TestCall.ServeAsync("""{ "turns": [ { "answer": { "text": "Yes.", "audio_ms": 3000 } } ] }""");
        using var serve = await ServeProcess.StartAsync(
            model.Url, ["--record", "wire,audio", .. format == "default" ? [] : (string[])["--set", $"session.format={format}"]]);
        await using var call = await DialAsync(serve);

        await call.SpeakAsync(Line(TestCall.Pcm(1)));
        await call.UntilAsync(call => call.Output.HeardMs >= 2990 && !call.Output.IsSounding);
        await call.HangUpAsync();
        await call.Closed.WaitAsync(HostProcess.Limit);

        var id = await OnlyCallAsync(serve);
        var records = (await serve.EventsAsync(id)).ConvertAll(e => e.Record);
        Assert.Equal(3000, Assert.Single(records, record => record.Text("type") == "assistant").GetProperty("heard_ms").GetInt64());
        List<byte> made = [];
        foreach (var line in File.ReadLines(Path.Combine(serve.Host.Data, id, "wire.jsonl")).Select(line => JsonElement.Parse(line)))
            if (line.GetProperty("event") is var e && e.Text("type") == "response.output_audio.delta")
                made.AddRange(e.GetProperty("delta").GetBytesFromBase64());
        if (format == "default")
        {
            Assert.Equal(made, call.Output.Heard); // nothing is decoded on the way
            return;
        }
        var ratio = SignalToNoise([.. made], [.. call.Output.Heard]);
        Assert.True(ratio > 35, $"{ratio:0.0} dB");
    }

    [Fact]
    public async Task Speaking_over_the_assistant_silences_it_and_cuts_the_answer_where_the_carrier_was()
    {
        await using var model = await TestCall.ServeAsync(LongAnswer);
        using var serve = await ServeProcess.StartAsync(model.Url);
        await using var call = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url, PlaysByHand = true });

        await call.SpeakAsync(Line(TestCall.Pcm(1)));
        await call.UntilAsync(call => call.Output.ReceivedMs >= 900);
        await call.PlayAsync(35);
        using var machine = new MachineDelay();
        _ = call.SpeakAsync(Line([.. TestCall.Pcm(1), .. Sound.Silence(60_000)]));
        await call.UntilAsync(call => call.Output is { Clears.Count: > 0 });
        var clear = Assert.Single(call.Output.Clears);
        Assert.Equal(700, clear.HeardMs);
        while (call.Output.HeardMs < clear.HeardMs + 390)
        {
            await call.UntilAsync(call => call.Output.IsSounding);
            await call.PlayAsync(1);
        }
        await call.HangUpAsync();
        await call.Closed.WaitAsync(HostProcess.Limit);

        var id = await OnlyCallAsync(serve);
        var records = (await serve.EventsAsync(id)).ConvertAll(e => e.Record);
        var answers = records.Where(record => record.Text("type") == "assistant").ToList();
        Assert.Equal(("cancelled", 700), (answers[0].Text("status"), answers[0].GetProperty("heard_ms").GetInt64()));
        var log = (await model.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.Equal("700", Assert.Single(log.Of("conversation.item.truncate"))["audio_end_ms"]);
        var silent = clear.At - log.Of("input_audio_buffer.speech_started").Last().At;
        Assert.True(silent.TotalMilliseconds < 200 + 4 * machine.Longest, $"{silent}, the machine {machine.Longest} ms");
        Assert.True(clear.DroppedMs > 0);
        Assert.Equal(("completed", 400), (answers[1].Text("status"), answers[1].GetProperty("heard_ms").GetInt64()));
    }

    [Fact]
    public async Task A_bad_network_costs_no_turn_and_is_counted()
    {
        await using var model = await TestCall.ServeAsync(LongAnswer);
        using var serve = await ServeProcess.StartAsync(model.Url);
        await using var call = await CarrierCall.DialAsync(new CarrierOptions
        {
            Server = serve.Url, BothTracks = true,
            Network = new Impairment(TimeSpan.FromMilliseconds(50), Lost: 20, Repeated: 50, BurstEvery: 60, TimeSpan.FromMilliseconds(300)),
        });

        await call.SpeakAsync(Line([.. TestCall.Pcm(1), .. Sound.Silence(1000), .. TestCall.Pcm(1), .. Sound.Silence(1000)]));
        await call.HangUpAsync();
        await call.Closed.WaitAsync(HostProcess.Limit);

        var id = await OnlyCallAsync(serve);
        var records = (await serve.EventsAsync(id)).ConvertAll(e => e.Record);
        Assert.Equal(
            ["One.", "Two."],
            records.Where(record => record.Text("type") == "turn").Select(turn => turn.GetProperty("oob").Text("text")));
        var result = await serve.EndAsync();
        Assert.Contains("of the caller's sound did not come", result.Errors, StringComparison.Ordinal);
    }

    private static Task<CarrierCall> DialAsync(ServeProcess serve) => CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url });

    internal static async Task<string> OnlyCallAsync(ServeProcess serve) => Assert.Single(await EndedAsync(serve));

    /// <summary>The ids of all calls, once all are over: a call ends a little after its connection.</summary>
    internal static async Task<IReadOnlyList<string>> EndedAsync(ServeProcess serve)
    {
        foreach (var id in await IdsAsync(serve, "live"))
        {
            var last = default(JsonElement);
            try
            {
                await serve.EventsAsync(id, enough: record => (last = record).Text("type") == "summary").WaitAsync(HostProcess.Limit);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"The call {id} does not end; its last record is {last}.");
            }
        }
        while ((await IdsAsync(serve, "live")).Count > 0) await Task.Yield();
        return await IdsAsync(serve, "ended");
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(ServeProcess serve, string state) =>
    [
        .. (await serve.GetAsync($"/api/calls?state={state}&limit=100")).GetProperty("calls").EnumerateArray()
            .Select(call => call.Text("id")!),
    ];

    /// <summary>Sound as it is on a telephone line.</summary>
    internal static byte[] Line(byte[] pcm)
    {
        var line = new byte[LineEncoder.Max(pcm.Length)];
        return line[..new LineEncoder(G711Law.MuLaw).Encode(pcm, line)];
    }

    // Both at 8 kHz.
    private static double SignalToNoise(byte[] made, byte[] heard)
    {
        var resampler = new Resampler(Pcm.SampleRate, 8000, made.Length / 2);
        var original = new float[resampler.Max(made.Length / 2)];
        var samples = MemoryMarshal.Cast<byte, short>(made).ToArray().Select(sample => (float)sample).ToArray();
        var count = resampler.Add(samples, original);
        var line = new short[heard.Length];
        G711.Decode(G711Law.MuLaw, heard, line);
        Assert.InRange(line.Length, count - 8, count + 8);
        var (signal, noise) = (0.0, 0.0);
        for (var i = 0; i < Math.Min(count, line.Length); i++)
        {
            signal += (double)original[i] * original[i];
            noise += Math.Pow(original[i] - line[i], 2);
        }
        return 10 * Math.Log10(signal / noise);
    }
}
