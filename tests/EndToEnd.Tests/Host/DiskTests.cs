using System.Diagnostics;
using System.Text.Json;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>A disk that is full in the middle of a call, simulated by a limit on the size of files.</summary>
public class DiskTests
{
    [Fact]
    public async Task A_full_disk_is_a_notice_and_what_waited_is_written_when_there_is_room_again()
    {
        if (!OperatingSystem.IsLinux()) return; // needs prlimit
        var call = new SpokenCall(turns: 4);
        await using var server = await TestCall.ServeAsync(call.Scenario().ToJsonString());
        // No wire log: under the size limit it would have a gap, and the session could not be judged by it.
        using var host = HostProcess.StartOnPipe(server.Url, [], record: "none");
        await host.SpeakAsync(call.PcmOf(1));
        await host.ReadAsync("turn", "assistant");

        Limit(host, "500:unlimited");
        await host.SpeakAsync(call.PcmOf(2));
        await host.ReadUntilAsync(record => record.Text("code") == "sink_failed");
        await host.SpeakAsync(call.PcmOf(3));
        await host.ReadUntilAsync(record => record.Text("type") == "turn" && record.GetProperty("turn").GetInt32() == 3);
        Limit(host, "unlimited:unlimited");
        await host.SpeakAsync(call.PcmOf(4));
        host.HangUp();
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
        var recorded = File.ReadAllLines(Path.Combine(result.Folder!, "turns.jsonl"));
        Assert.All(recorded, line => JsonElement.Parse(line));
        Assert.Equal(result.Records.Where(record => record.Text("type") is "turn" or "assistant").Select(record => record.GetRawText()),
            recorded);
    }

    [Fact]
    public async Task What_a_disk_that_stays_full_does_not_take_is_counted_and_is_an_exit_code()
    {
        if (!OperatingSystem.IsLinux()) return; // needs prlimit
        var call = new SpokenCall(turns: 2);
        await using var server = await TestCall.ServeAsync(call.Scenario().ToJsonString());
        using var host = HostProcess.StartOnPipe(server.Url, [], record: "none");
        await host.SpeakAsync(call.PcmOf(1));
        await host.ReadAsync("turn", "assistant");

        Limit(host, "500:unlimited");
        await host.SpeakAsync(call.PcmOf(2));
        host.HangUp();
        var result = await host.EndAsync();

        Assert.Equal(5, result.ExitCode);
        Assert.Equal(call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
        Assert.Contains("records could not be written (folder: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("entries are not in session.log: ", result.Errors, StringComparison.Ordinal);
    }

    private static void Limit(HostProcess host, string size)
    {
        using var limit = Process.Start("prlimit", ["--pid", $"{host.Id}", $"--fsize={size}"])!;
        limit.WaitForExit();
        Assert.Equal(0, limit.ExitCode);
    }
}
