namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>How a session ends: by the server, by a number of turns, by a signal.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task A_server_that_puts_the_key_into_its_close_reason_does_not_get_it_shown()
    {
        const string Key = "sk-test-0123456789abcdef0123456789";
        await using var server = await TestCall.ServeAsync(
            $$"""{ "connection": { "faults": [ { "on": "session.updated", "do": "close", "code": 1008, "reason": "bad key {{Key}}" } ] } }""");
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "socket.give-up=1 s"], key: Key);

        Assert.Contains("bad key ****", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, result.Output + result.Errors, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(result.Folder!), file => Assert.DoesNotContain(Key, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Cookbook", "12")]
    public async Task A_server_that_ends_it_on_purpose_ends_the_session_with_every_open_turn_told()
    {
        await using var server = await TestCall.ServeAsync("""
            { "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "silent": true } } ],
              "connection": { "faults": [ { "on": "conversation.item.input_audio_transcription.completed", "do": "close", "code": 1008, "reason": "policy" } ] } }
            """);
        using var host = HostProcess.StartOnPipe(server.Url, ["--set", "socket.give-up=1 s"]);
        await host.SpeakAsync(TestCall.Pcm(3)); // the input stays open, so that only the server can end the session
        var result = await host.EndAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal((1, "<failed>", "asr one"), result.Turns[0]);
        Assert.Contains("1008", Assert.Single(result.Errors.Split('\n'), line => line.StartsWith("error:", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Equal("failed", Assert.Single(result.Of("summary")).Text("exit"));
    }

    [Fact]
    [Trait("Cookbook", "19")]
    public async Task A_session_that_ends_after_a_turn_still_tells_what_is_open()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--turns", "3"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(ThreeTurns.Heard, result.Turns);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_first_signal_ends_in_good_order_with_a_summary(string signal)
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav([.. TestCall.Pcm(1), .. Sound.Silence(60_000)])],
            pace: "realtime"), key: "test");
        await host.ReadUntilAsync(record => record.Text("type") == "turn");
        host.Signal(signal);
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("completed", result.Records[^1].Text("exit"));
        var connection = await server.ConnectionAsync(1, HostProcess.Limit);
        await connection.Ended.WaitAsync(HostProcess.Limit);
        Assert.Equal(1000, connection.ClientCloseCode);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_second_signal_ends_at_once(string signal)
    {
        await using var server = await TestCall.ServeAsync("""{ "turns": [ { "oob": { "silent": true }, "asr": { "silent": true } } ] }""");
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]), key: "test");
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await log.WaitAsync("response.done", HostProcess.Limit);
        // Signals of one kind do not queue: the second counts only after the first was handled.
        await host.SignalUntilExitAsync(signal);

        Assert.Equal(130, (await host.EndAsync()).ExitCode);
    }
}
