using System.Diagnostics;
using System.Text.Json;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>A disk that takes no more in the middle of a call; a limit on the size of files stands for it.</summary>
public class DiskTests
{
    [Fact]
    public async Task A_full_disk_is_a_notice_and_what_waited_is_written_when_there_is_room_again()
    {
        if (!OperatingSystem.IsLinux()) return; // prlimit
        var call = new SpokenCall(turns: 4);
        await using var server = await TestCall.ServeAsync(call.Scenario().ToJsonString());
        // No wire log to judge it by: that has a gap here, and says so at the end.
        var arguments = HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(call.Pcm)], pace: "realtime").Where(argument => argument is not ("--record" or "wire"));
        using var host = HostProcess.Start(arguments, key: "test");
        await host.ReadUntilAsync(record => record.Text("type") == "turn");

        Limit(host, "500:unlimited");
        await host.ReadUntilAsync(record => record.Text("code") == "sink_failed");
        await host.ReadUntilAsync(record => record.Text("type") == "turn");
        Limit(host, "unlimited:unlimited");
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
        var recorded = File.ReadAllLines(Path.Combine(result.Folder!, "turns.jsonl"));
        Assert.All(recorded, line => JsonElement.Parse(line));
        Assert.Equal(result.Records.Where(record => record.Text("type") is "turn" or "assistant").Select(record => record.GetRawText()), recorded);
    }

    private static void Limit(HostProcess host, string size)
    {
        using var limit = Process.Start("prlimit", ["--pid", $"{host.Id}", $"--fsize={size}"])!;
        limit.WaitForExit();
        Assert.Equal(0, limit.ExitCode);
    }
}
