using System.Diagnostics;

namespace RealtimeAkka.EndToEnd.Tests.Recorded;

/// <summary>Completion in the shells that this machine has.</summary>
public sealed class CompletionTests(RecordedCall call) : IClassFixture<RecordedCall>
{
    [Theory]
    [InlineData("sess", "sessions")]
    [InlineData("sessions ", "search")]
    [InlineData("sessions list --sort c", "cost")]
    [InlineData("sessions show {id} --js", "--json")]
    [InlineData("run --profile ", "cookbook")]
    [InlineData("run --echo b", "barge-in")]
    [InlineData("run --set mic.fr", "mic.frame=")]
    [InlineData("logs last --actor out", "outofband")]
    [InlineData("completion z", "zsh")]
    [InlineData("sessions show --data {data} s-", "{id}")]
    public async Task The_shell_proposes_what_may_follow(string line, string proposal)
    {
        if (OperatingSystem.IsWindows()) return;
        var (data, id) = (call.Data, call.Id);
        line = $"realtime-akka {line}".Replace("{data}", data, StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal);
        var output = await BashAsync(
            """
            eval "$(realtime-akka completion bash)"
            COMP_LINE="$1"; COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<< "$1"
            [[ "$1" == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            compopt() { :; }
            _realtime_akka
            printf '%s\n' "${COMPREPLY[@]}"
            """, line);
        Assert.Contains(proposal.Replace("{id}", id, StringComparison.Ordinal), output.Split('\n'));
    }

    [Fact]
    public async Task The_name_of_a_folder_is_never_evaluated()
    {
        if (OperatingSystem.IsWindows()) return;
        var data = Path.GetDirectoryName(call.Copy())!;
        Directory.CreateDirectory(Path.Combine(data, "s-$(touch evil)"));
        var result = await HostProcess.RunAsync([$"[suggest:{100}]", $"realtime-akka sessions show --data {data} s-"]);
        Assert.Equal($"{call.Id}\n", result.Output);
    }

    // The program is not installed: a function of its name stands for it.
    private static async Task<string> BashAsync(string script, string argument)
    {
        var program = $"realtime-akka() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "realtime-akka.dll")}' \"$@\"; }}";
        var start = new ProcessStartInfo("bash", ["--norc", "-c", $"{program}\n{script}", "bash", argument])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return output;
    }
}
