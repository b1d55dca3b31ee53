namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>What the server makes of the session that is requested, and which model it names.</summary>
public sealed class ServerSettingsTests
{
    private static readonly string[] Everything =
    [
        "--set", "session.asr.keywords=Ada, Babbage", "--set", "session.asr.prompt=A call.",
        "--set", "session.language=de,en", "--set", "session.speed=1.2",
        "--set", "session.max-output-tokens=1000", "--set", "session.reasoning.effort=high",
        "--set", "session.tool-choice=none", "--set", "session.parallel-tool-calls=off", "--set", "session.truncation.type=retention_ratio",
        "--set", "session.truncation.retention-ratio=0.8", "--set", "session.truncation.post-instructions=8000",
        "--set", "session.tracing=auto", "--set", "session.trace.workflow-name=Intake", "--set", "session.trace.group-id=calls",
        "--set", "session.stored-prompt.id=pmpt_1", "--set", "session.stored-prompt.version=2",
        "--set", """session.stored-prompt.variables={"name":"Ada"}""", "--set", "session.asr.logprobs=on",
        "--set", "session.noise-reduction=far_field", "--set", "turn-detection.idle-timeout=30 s",
        "--set", "turn-detection.interrupt-response=off", "--set", "out-of-band.max-output-tokens=500",
        "--set", "out-of-band.reasoning.effort=minimal",
    ];

    [Fact]
    public async Task Every_setting_reaches_the_server_and_comes_back_as_requested()
    {
        await using var server = await TestCall.ServeAsync("{}");
        var result = await PlayAsync(server.Url, Everything);

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Of("notice"));
        Assert.Equal("completed", Assert.Single(result.Of("turn")).GetProperty("oob").Text("status"));
    }

    [Fact]
    public async Task The_assistant_speaks_first_where_it_is_to_greet()
    {
        await using var server = await TestCall.ServeAsync("{}");
        var result = await PlayAsync(server.Url, "--set", "session.greeting=Greet the caller.");

        Assert.Equal(0, result.ExitCode);
        var answers = result.Of("assistant").ToList();
        Assert.Equal(2, answers.Count); // a caller who speaks at once interrupts the first
        Assert.Equal(System.Text.Json.JsonValueKind.Null, answers[0].GetProperty("turn").ValueKind);
        Assert.Equal(1, answers[1].GetProperty("turn").GetInt32());
    }

    [Fact]
    public async Task Settings_that_the_server_replaces_are_one_notice_that_names_each()
    {
        await using var server = await TestCall.ServeAsync("""
            { "connection": { "session": { "output_modalities": ["text"],
              "audio": { "input": { "turn_detection": null, "transcription": null }, "output": { "voice": "alloy" } } } } }
            """);
        var result = await PlayAsync(server.Url);

        Assert.Equal(0, result.ExitCode);
        var notice = Assert.Single(result.Of("notice"), notice => notice.Text("code") == "settings_differ").Text("message")!;
        string[] fields = ["output_modalities", "audio.input.turn_detection", "audio.input.transcription", "audio.output.voice"];
        Assert.All(fields, field => Assert.Contains(field, notice, StringComparison.Ordinal));
        Assert.DoesNotContain("instructions", notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_another_audio_format_nothing_is_streamed()
    {
        await using var server = await TestCall.ServeAsync(
            """{ "connection": { "session": { "audio": { "input": { "format": { "type": "audio/pcmu", "rate": null } } } } } }""");
        var result = await PlayAsync(server.Url);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("audio.input.format.type is \"audio/pcmu\" instead of \"audio/pcm\"", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Appends);
    }

    [Theory]
    [InlineData("gpt-transcribe")]
    [InlineData("gpt-4o-transcribe")]
    public async Task The_language_is_given_as_the_transcription_model_takes_it(string asr)
    {
        await using var server = await TestCall.ServeAsync("{}");
        var result = await PlayAsync(server.Url, "--asr-model", asr, "--set", "session.language=de");

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Of("turn"));
    }

    [Fact]
    public async Task A_model_is_priced_by_the_name_that_the_server_gives_it()
    {
        await using var server = await TestCall.ServeAsync(
            """{ "connection": { "session": { "model": "gpt-realtime-2025-08-28" } } }""");
        var result = await PlayAsync(server.Url, "--model", "my-deployment");

        Assert.Equal(0, result.ExitCode);
        var session = Assert.Single(result.Of("session"));
        Assert.Equal(("my-deployment", "gpt-realtime-2025-08-28"), (session.Text("model"), session.Text("server_model")));
        Assert.Empty(result.Of("notice"));
        var summary = Assert.Single(result.Of("summary"));
        Assert.Empty(summary.GetProperty("unpriced").EnumerateArray());
        Assert.True(summary.GetProperty("oob").GetProperty("usd").GetDecimal() > 0);
        Assert.True(Assert.Single(result.Of("turn")).GetProperty("oob").GetProperty("cost_usd").GetDecimal() > 0);
        Assert.True(Assert.Single(result.Of("assistant")).GetProperty("cost_usd").GetDecimal() > 0);
    }

    [Fact]
    public async Task A_budget_that_cannot_see_a_model_says_so()
    {
        await using var server = await TestCall.ServeAsync("{}");
        var result = await PlayAsync(server.Url, "--model", "my-deployment", "--budget", "0.01", "--set", "budget.end-session=true");

        Assert.Equal(["unpriced_model", "budget_blind"], result.Of("notice").Select(notice => notice.Text("code")));
    }

    private static Task<HostResult> PlayAsync(Uri url, params string[] args) =>
        HostProcess.SessionAsync(url, ["--input", TestCall.Wav(TestCall.Pcm(1)), .. args]);
}
