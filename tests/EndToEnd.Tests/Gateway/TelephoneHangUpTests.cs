using RealtimeAkka.Simulator.Carrier;
using static RealtimeAkka.EndToEnd.Tests.Gateway.TelephoneCallTests;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>Callers who hang up at any moment, in three ways: no call hangs, no file is left open, every turn is told.</summary>
public sealed class TelephoneHangUpTests
{
    private const string TwoTurns = """
        { "turns": [ { "asr": { "transcript": "one" }, "oob": { "text": "One." },
                       "answer": { "text": "A long answer.", "audio_ms": 3000 } },
                     { "asr": { "transcript": "two" }, "oob": { "text": "Two." }, "answer": { "text": "Short.", "audio_ms": 400 } } ] }
        """;

    private static readonly byte[] Words = Line(Sound.Speech(500)), Pause = Line(Sound.Silence(900));

    // Each moment, and the turns that are spoken by then; null: the last one may be told or not.
    private static readonly (string Name, int? Turns, Func<CarrierCall, Task> Reached)[] Moments =
    [
        ("right after the start", 0, _ => Task.CompletedTask),
        ("in silence", 0, call => call.SpeakAsync(Line(Sound.Silence(300)))),
        ("in the first word", null, async call =>
        {
            _ = call.SpeakAsync(Words);
            var until = call.Elapsed + TimeSpan.FromMilliseconds(300);
            await call.UntilAsync(call => call.Elapsed >= until);
        }),
        ("after the last word", null, call => call.SpeakAsync(Words)),
        ("when the turn is committed", 1, call => call.SpeakAsync([.. Words, .. Pause])),
        ("when the answer begins", 1, call => SpokenAsync(call, output => output.ReceivedMs > 0)),
        ("when the answer is heard", 1, call => SpokenAsync(call, output => output.HeardMs > 0)),
        ("in the middle of the answer", 1, call => SpokenAsync(call, output => output.HeardMs > 1000)),
        ("when the answer is spoken over", null, async call =>
        {
            await SpokenAsync(call, output => output.HeardMs > 300);
            _ = call.SpeakAsync([.. Words, .. Pause]);
            await call.UntilAsync(call => call.Output.Clears.Count > 0);
        }),
        ("after a key", 1, call => call.PressAsync("1")),
        ("after an entry", 1, call => call.PressAsync("12#")),
    ];

    private static readonly (string Name, Func<CarrierCall, Task> Way)[] Ways =
    [
        ("by stop", call => call.HangUpAsync()),
        ("by a close frame", call => call.CloseAsync()),
        ("by a cut", call =>
        {
            call.Cut();
            return Task.CompletedTask;
        }),
    ];

    [Fact]
    public async Task A_call_that_is_hung_up_at_any_moment_ends_in_good_order()
    {
        await using var model = await TestCall.ServeAsync(TwoTurns);
        using var serve = await ServeProcess.StartAsync(model.Url, ["--record", "wire,audio"]);
        var calls = await Task.WhenAll(
            from moment in Moments from way in Ways select HangUpAsync(serve, $"{moment.Name}, {way.Name}", moment, way.Way));
        Assert.True(calls.Length >= 30);

        var ended = await EndedAsync(serve);
        HashSet<string> seen = [];
        foreach (var id in ended)
        {
            var records = (await serve.EventsAsync(id)).ConvertAll(e => e.Record);
            var (name, turns) = Assert.Single(calls, call => call.Sid == records[0].GetProperty("telephone").Text("call")) is var known
                ? (known.Name, known.Turns) : default;
            seen.Add(records[0].GetProperty("telephone").Text("call")!);
            Assert.True(records[^1].Text("type") == "summary" && records[^1].Text("exit") == "completed", $"{name}: {records[^1]}");
            var told = records.Count(record => record.Text("type") == "turn");
            Assert.True(turns is null || told == turns, $"{name}: {told} turns");
            Assert.All(
                records.Where(record => record.Text("type") == "turn"),
                turn => Assert.True(
                    turn.Text("source") == "dtmf" || turn.GetProperty("oob").Text("status") is "completed" or "failed", name));
        }
        // A connection that is cut at once may be gone before anything of it was read.
        Assert.All(calls.Where(call => !seen.Contains(call.Sid)), call => Assert.Equal(Moments[0].Name, call.Name.Split(',')[0]));
        Assert.DoesNotContain(OpenFiles(serve), file => file.StartsWith(serve.Host.Data, StringComparison.Ordinal));
        var result = await serve.EndAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("xception", result.Errors, StringComparison.Ordinal);
    }

    private static async Task<(string Name, string Sid, int? Turns)> HangUpAsync(
        ServeProcess serve, string name, (string Name, int? Turns, Func<CarrierCall, Task> Reached) moment, Func<CarrierCall, Task> hangUp)
    {
        await using var call = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url });
        await moment.Reached(call).WaitAsync(HostProcess.Limit);
        await hangUp(call);
        await call.Closed.WaitAsync(HostProcess.Limit);
        return (name, call.CallSid, moment.Turns);
    }

    private static async Task SpokenAsync(CarrierCall call, Func<CallOutput, bool> fact)
    {
        await call.SpeakAsync([.. Words, .. Pause]);
        await call.UntilAsync(call => fact(call.Output));
    }

    private static IEnumerable<string> OpenFiles(ServeProcess serve) =>
        Directory.EnumerateFileSystemEntries($"/proc/{serve.Host.Id}/fd").Select(entry => new FileInfo(entry).LinkTarget ?? "");
}
