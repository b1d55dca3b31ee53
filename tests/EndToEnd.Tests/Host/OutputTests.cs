namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>What is printed and recorded reaches its reader, or the exit code says that it did not.</summary>
public sealed class OutputTests
{
    private const string OneTurn =
        """{ "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" }, "answer": { "text": "Yes.", "audio_ms": 100 } } ] }""";

    [Fact]
    public async Task A_session_that_nothing_records_ends_when_the_reader_of_stdout_goes()
    {
        if (OperatingSystem.IsWindows()) return; // the console hides it
        await using var server = await TestCall.ServeAsync("""{ "defaults": { "oob_delay_ms": 0, "asr_delay_ms": 0 } }""");
        using var host = HostProcess.StartOnPipe(server.Url, [], record: "none", data: "none");
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        host.CloseOutput();
        await host.SpeakAsync(TestCall.Pcm(1)); // the input is never at its end
        var result = await host.EndAsync();

        Assert.Equal(5, result.ExitCode);
        Assert.Equal("warning: stdout is closed by its reader; the session ends, because nothing else keeps its records.",
            Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task A_session_that_is_recorded_goes_on_when_the_reader_of_stdout_goes()
    {
        if (OperatingSystem.IsWindows()) return; // the console hides it
        await using var server = await TestCall.ServeAsync(OneTurn);
        using var host = HostProcess.StartOnPipe(server.Url, [], record: "none");
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        host.CloseOutput();
        await host.SpeakAsync(TestCall.Pcm(1));
        host.HangUp();
        var result = await host.EndAsync();

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("the session goes on and is recorded in", Assert.Single(result.Errors.Split('\n',
            StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("model one", File.ReadAllText(Path.Combine(result.Folder!, "turns.jsonl")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(result.Folder!, "summary.json")));
    }

    [Theory]
    [InlineData("> /dev/full", "records could not be written (json: No space left on device).")]
    [InlineData(">&-", "warning: stdout is closed by its reader")]
    public async Task Records_that_cannot_be_printed_are_an_exit_code(string redirection, string complaint)
    {
        if (!OperatingSystem.IsLinux()) return; // needs /dev/full
        await using var server = await TestCall.ServeAsync(OneTurn);
        var result = await HostProcess.RunRedirectedAsync(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))], record: "none"), redirection);

        Assert.Equal(5, result.ExitCode);
        Assert.Contains(complaint, result.Errors, StringComparison.Ordinal);
        Assert.Contains("model one", File.ReadAllText(Path.Combine(result.Folder!, "turns.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_loses_records_and_silences_no_log()
    {
        var text = new string('x', 100_000); // more than a pipe takes
        await using var server = await TestCall.ServeAsync(
            $$"""{ "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "{{text}}" }, "answer": { "text": "Yes.", "audio_ms": 100 } } ] }""");
        using var host = HostProcess.StartOnPipe(server.Url, ["--set", "sinks.flush=200 ms"], record: "none");
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        await host.SpeakAsync(TestCall.Pcm(1));
        host.HangUp();
        var errors = await host.EndUnreadAsync();

        Assert.Equal(5, errors.ExitCode);
        Assert.Contains("records could not be written (json: not written in time).", errors.Errors, StringComparison.Ordinal);
        Assert.Contains("records could not be written", File.ReadAllText(Path.Combine(errors.Folder!, "session.log")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_without_room_for_the_settings_refuses_the_session()
    {
        if (!OperatingSystem.IsLinux()) return; // needs ulimit
        var result = await HostProcess.RunRedirectedAsync(
            ["run", "--url", "simulator", "--data", "{data}", "--output", "null", "--input", TestCall.Wav(TestCall.Pcm(1))], "",
            limit: "ulimit -f 16; ");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("cannot be written: the file may not grow any more. Name another directory, or none.", result.Errors,
            StringComparison.Ordinal);
    }
}
