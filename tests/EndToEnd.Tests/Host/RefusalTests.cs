using System.Net;
using System.Net.Sockets;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Wrong keys, options, files and servers give one error line and the right exit code.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("--url", "http://127.0.0.1", "no WebSocket address")]
    [InlineData("--url", "ws://example.com/v1/realtime", "--insecure")]
    [InlineData("--input", "/nowhere/call.wav", "exists")]
    [InlineData("--set", "mic.fram=40 ms", "Did you mean realtime.mic.frame?")]
    [InlineData("--set", "mic.frame=soon", "duration")]
    [InlineData("--context", "everything", "full, last or last:N")]
    [InlineData("--profile", "nobody", "cookbook")]
    [InlineData("--config", "/nowhere/app.hocon", "cannot be read")]
    [InlineData("--config", "", "cannot be read")]
    [InlineData("--no-such-option", "1", "--help")]
    public async Task A_wrong_setting_is_one_line_and_exit_code_2(string option, string value, string hint)
    {
        var result = await HostProcess.RunAsync(["run", "--data", "none", option, value], key: "test");

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(hint, OneLine(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--costs")]
    public async Task What_only_says_how_a_session_is_shown_is_no_option_of_check(string option)
    {
        var result = await HostProcess.RunAsync(["check", option]);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains($"'{option}'", OneLine(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json", "check")]
    [InlineData("--json", "devices")]
    [InlineData("--json", "sessions", "list")]
    public async Task An_option_of_run_before_another_command_is_not_passed_over(params string[] args)
    {
        var result = await HostProcess.RunAsync(args);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("--json is an option of run", OneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_commands_no_terminal()
    {
        var result = await HostProcess.RunAsync(["run", "--data", "none", "--url", "ws://\e[2J"], key: "test");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'ws://\uFFFD[2J' is no WebSocket address", OneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_sound_is_refused()
    {
        var path = Path.Combine(TestFolder.New().FullName, "notes.wav");
        File.WriteAllText(path, "these are only words");
        var result = await HostProcess.RunAsync(["run", "--data", "none", "--url", "simulator", "--input", path]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("RIFF", OneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Cookbook", "28")]
    public async Task Without_a_key_nothing_goes_out()
    {
        var result = await HostProcess.RunAsync(
            ["run", "--data", "none", "--url", "wss://realtime.invalid/v1/realtime", "--input", Sound.Sample("intake-call.wav")]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("OPENAI_API_KEY is not set", OneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_is_a_failed_session()
    {
        // Port 1 is reserved: nothing listens there.
        var result = await HostProcess.SessionAsync(new Uri("ws://127.0.0.1:1/v1/realtime"), ["--input", Sound.Sample("intake-call.wav")]);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("ws://127.0.0.1:1/v1/realtime", OneLine(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http_401", "OPENAI_API_KEY")]
    [InlineData("http_403", "OPENAI_API_KEY")]
    [InlineData("invalid_api_key", "OPENAI_API_KEY")]
    [InlineData("model_not_found", "--model")]
    [InlineData("http_404", "--url")]
    public async Task A_refused_key_or_model_is_one_line_and_exit_code_2(string refusal, string hint)
    {
        await using var server = await TestCall.ServeAsync($$"""{ "connection": { "refuse": "{{refusal}}" } }""");
        var result = await HostProcess.SessionAsync(server.Url, ["--input", Sound.Sample("intake-call.wav")]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(hint, OneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_for_it_would_take_the_key_elsewhere()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        using var here = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        here.Start();
        var answered = HttpAnswer.OnceAsync(
            here, "HTTP/1.1 302 Found", $"Location: http://127.0.0.1:{((IPEndPoint)elsewhere.LocalEndpoint).Port}/steal");
        var result = await HostProcess.SessionAsync(
            new Uri($"ws://127.0.0.1:{((IPEndPoint)here.LocalEndpoint).Port}/v1/realtime"), ["--input", Sound.Sample("intake-call.wav")]);
        await answered;

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("HTTP 302", OneLine(result), StringComparison.Ordinal);
        Assert.False(elsewhere.Pending());
    }

    [Fact]
    [Trait("Cookbook", "25")]
    public async Task Rejected_settings_stop_before_anything_is_streamed()
    {
        await using var server = await TestCall.ServeAsync(
            """{ "connection": { "reject_session_update": { "code": "invalid_value", "message": "No such voice.", "param": "session.audio.output.voice" } } }""");
        var result = await HostProcess.SessionAsync(server.Url, ["--input", Sound.Sample("intake-call.wav")]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("No such voice.", OneLine(result), StringComparison.Ordinal);
        Assert.Equal(0, (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Appends);
    }

    // Warnings about retiring models may come before it.
    private static string OneLine(HostResult result) =>
        Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
        line => !line.StartsWith("warning:", StringComparison.Ordinal));
}
