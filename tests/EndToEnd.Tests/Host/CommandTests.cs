namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Commands with arguments that name nothing, or that another program wrote.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("--duration is '3m'; it must be seconds, such as 90.", "run", "--duration", "3m")]
    [InlineData("--level is 'foo'; it must be one of verbose, debug", "logs", "last", "--level", "foo")]
    [InlineData("--turn is 'x'; it must be a whole number", "logs", "last", "--turn", "x")]
    [InlineData("--port is '99999'; it must be a whole number from 0 to 65535.", "simulator", "--port", "99999")]
    [InlineData("--set foo: expected KEY=VALUE.", "run", "--set", "foo")]
    [InlineData("Choose list, show, export, search, stats, verify, rm or ship.", "sessions")]
    [InlineData("'@/etc/hostname'", "run", "@/etc/hostname")]
    [InlineData("is a file; it must be a directory.", "sessions", "list", "--data", "/etc/hostname")]
    [InlineData("--data '/nowhere' is not there", "sessions", "list", "--data", "/nowhere")]
    [InlineData("--data '' is not there", "sessions", "list", "--data", "")]
    [InlineData("--data '/nowhere' is not there", "logs", "last", "--data", "/nowhere")]
    [InlineData("realtime.task.timeout (--set task.timeout) cannot be set", "run", "--set", "task.timeout=abc")]
    [InlineData("realtime.tool.needs (--set tool.needs) cannot be set", "run", "--set", "tool.needs=transcript")]
    [InlineData("--set session.model is '[1,2,3]'; it must be a name of letters, digits and", "run", "--url", "simulator", "--set", "session.model=[1,2,3]")]
    public async Task A_wrong_argument_is_one_line_in_our_words_and_exit_code_2(string complaint, params string[] args)
    {
        var result = await HostProcess.RunAsync(args);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        var line = Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(complaint, line, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--actor", "foo", "--actor foo is not in this log. There are: ")]
    [InlineData("--turn", "99", "--turn 99 is not in this log. Its last turn is 1.")]
    [InlineData("--item", "item_x", "--item item_x is not in this log.")]
    public async Task A_log_that_has_nothing_of_what_is_asked_for_says_so(string option, string value, string complaint)
    {
        await using var server = await TestCall.ServeAsync("{}");
        var session = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]);
        var data = Path.GetDirectoryName(session.Folder)!;
        var result = await HostProcess.RunAsync(["logs", "last", "--data", data, option, value]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(complaint, result.Errors, StringComparison.Ordinal);
        Assert.Equal((0, ""), await HostProcess.RunAsync(["logs", "last", "--data", data, "--actor", "turns", "--level", "fatal"])
            is var quiet ? (quiet.ExitCode, quiet.Errors) : default);
    }

    [Fact]
    public async Task The_microphone_that_is_asked_for_is_not_replaced_by_the_sample_call()
    {
        var result = await HostProcess.RunAsync(["run", "--data", "none", "--url", "simulator", "--input", "mic"]);

        Assert.Equal((4, ""), (result.ExitCode, result.Output)); // there is none here
        Assert.Contains("microphone", result.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_a_key_check_shows_what_takes_effect()
    {
        var result = await HostProcess.RunAsync(["check"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        foreach (var (key, value) in new[] { ("session.url", "simulator"), ("mic.input", "intake-call.wav"), ("playback.output", "null") })
            Assert.Contains(value, Assert.Single(result.Output.Split('\n'), line => line.StartsWith($"realtime.{key} ",
                StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("retires on", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_a_pipe_in_it_is_skipped_with_a_warning()
    {
        if (OperatingSystem.IsWindows()) return;
        var data = TestFolder.New().FullName;
        var folder = Directory.CreateDirectory(Path.Combine(data, "s-20261122-084500-3f9a0123456789ab")).FullName;
        System.Diagnostics.Process.Start("mkfifo", [Path.Combine(folder, "turns.jsonl")])!.WaitForExit();
        var result = await HostProcess.RunAsync(["sessions", "list", "--data", data]);

        Assert.Equal((0, "No sessions.\n"), (result.ExitCode, result.Output));
        Assert.Contains("warning: s-20261122-084500-3f9a0123456789ab cannot be read: it is not a regular file", result.Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_folder_that_is_created_is_private_whatever_the_umask()
    {
        if (OperatingSystem.IsWindows()) return;
        var data = Path.Combine(TestFolder.New().FullName, "a", "b");
        var result = await HostProcess.RunRedirectedAsync(
            ["run", "--url", "simulator", "--data", data, "--output", "null", "--input", TestCall.Wav([]), "--pace", "fast"], "",
            limit: "umask 000; ");

        Assert.Equal(0, result.ExitCode);
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var path in (string[])[Path.GetDirectoryName(data)!, data, .. Directory.GetDirectories(data)])
            Assert.Equal(Private, File.GetUnixFileMode(path));
    }
}
