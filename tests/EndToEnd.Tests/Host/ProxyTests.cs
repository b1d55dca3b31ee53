namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>A proxy in the environment.</summary>
public sealed class ProxyTests
{
    // Port 1 is reserved: nothing listens there.
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["HTTP_PROXY"] = "http://ann:secret@127.0.0.1:1", ["http_proxy"] = "http://ann:secret@127.0.0.1:1",
        ["HTTPS_PROXY"] = "http://ann:secret@127.0.0.1:1", ["ALL_PROXY"] = "http://ann:secret@127.0.0.1:1",
    };

    [Fact]
    public async Task A_server_on_this_machine_is_reached_without_it()
    {
        await using var server = await TestCall.ServeAsync("{}");
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]), key: "test", variables: Environment);
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Of("turn"));
    }

    [Fact]
    public async Task A_connection_that_fails_through_it_names_it_without_its_password()
    {
        using var host = HostProcess.Start(
            ["run", "--data", "none", "--url", "wss://realtime.invalid/v1/realtime", "--input", Sound.Sample("intake-call.wav")],
            key: "test", variables: Environment);
        var result = await host.EndAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("(through the proxy http://127.0.0.1:1)", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Errors, StringComparison.Ordinal);
    }
}
