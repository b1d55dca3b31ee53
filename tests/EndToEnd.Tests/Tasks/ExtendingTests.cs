using System.Text.RegularExpressions;

namespace RealtimeAkka.EndToEnd.Tests.Tasks;

/// <summary>docs/extending.md shows exactly the files of samples/PolicyDesk, and that program works.</summary>
public sealed partial class ExtendingTests
{
    private static readonly DirectoryInfo Project = new(Path.GetDirectoryName(Sound.Sample(Path.Combine("PolicyDesk", "Program.cs")))!);

    [Fact]
    public void The_files_in_the_document_are_the_files_of_the_project()
    {
        var document = File.ReadAllText(Path.Combine(Project.Parent!.Parent!.FullName, "docs", "extending.md"));
        var told = FileBlock().Matches(document).ToDictionary(block => block.Groups[1].Value, block => block.Groups[2].Value);
        var there = Project.EnumerateFiles().ToDictionary(file => file.Name, file => File.ReadAllText(file.FullName));

        Assert.Equal(there.Keys.Order(StringComparer.Ordinal), told.Keys.Order(StringComparer.Ordinal));
        Assert.All(there, file => Assert.Equal(file.Value, told[file.Key]));
    }

    [Fact]
    public async Task The_program_in_the_document_finds_the_policy_number_in_the_sample_call_and_opens_a_claim()
    {
        await using var server = await TestCall.ServeAsync(File.ReadAllText(Sound.Sample("intake-call.scenario.json")));
        using var program = HostProcess.Start(
            HostProcess.SessionArguments(server.Url,
            ["--profile", "cookbook", "--input", Sound.Sample("intake-call.wav"), "--config",
            Path.Combine(Project.FullName, "policy.hocon")]),
            key: "test", program: "PolicyDesk");
        var result = await program.EndAsync();

        Assert.Equal(0, result.ExitCode);
        var task = Assert.Single(result.Of("task"));
        Assert.Equal(("policy", 3, "completed"), (task.Text("task"), task.GetProperty("turn").GetInt32(), task.Text("status")));
        Assert.Equal("ABCD-1234", task.GetProperty("value").Text("policy_number"));
        Assert.Single(Regex.Matches(result.Errors, "A claim is open for ABCD-1234."));
    }

    [Fact]
    public async Task What_the_actor_of_the_document_finds_wrong_is_a_failed_result_and_is_not_delivered()
    {
        await using var server = await TestCall.ServeAsync("""
            { "turns": [ { "asr": { "transcript": "my policy" }, "oob": { "text": "My policy is 12." }, "answer": { "text": "a", "audio_ms": 100 } } ],
              "requests": [ { "metadata": { "oob": "policy" }, "reply": { "call": { "name": "report_policy", "arguments": "{\"policy_number\":\"12\"}" } } } ] }
            """);
        using var program = HostProcess.Start(
            HostProcess.SessionArguments(server.Url,
            ["--input", TestCall.Wav(TestCall.Pcm(1)), "--config", Path.Combine(Project.FullName, "policy.hocon")]), key: "test",
            program: "PolicyDesk");
        var result = await program.EndAsync();

        var task = Assert.Single(result.Of("task"));
        Assert.Equal(("failed", "'12' is no policy number"), (task.Text("status"), task.Text("error")));
        Assert.DoesNotContain("A claim is open", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_a_program_adds_has_to_be_configured()
    {
        using var program = HostProcess.Start(
            ["run", "--url", "ws://127.0.0.1:1", "--data", "none", "--input", TestCall.Wav(TestCall.Pcm(1))], key: "test",
            program: "PolicyDesk");
        var result = await program.EndAsync();

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "error: Task policy is added by this program but not configured. Write realtime.tasks.policy { prompt = FILE } into a file for --config.", result.Errors.Trim());
    }

    [GeneratedRegex(@"^`([\w.]+)`\n\n```\w*\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FileBlock();
}
