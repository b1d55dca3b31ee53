using System.Diagnostics;
using System.Text;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Any unusable content of a configuration file, or of a file that it names, gives one line and exit code 2 at once.</summary>
public sealed class HostileFileTests
{
    // It takes 1 s on an idle machine; the limit only has to show that the time does not grow with the file.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly string _folder = TestFolder.New().FullName;

    public static TheoryData<string, string, string> Texts => new()
    {
        { "include", "include \"/etc/passwd\"", "line 1, column 1: include is not supported" },
        { "self reference", "realtime.mic.frame = ${realtime.mic.frame}", "line 1, column 22: substitutions" },
        { "cycle", "a = ${b}\nb = ${c}\nc = ${a}", "line 1, column 5: substitutions" },
        { "optional", "realtime.session.model = ${?HOME}", "line 1, column 26: substitutions" },
        { "growth", "x0 = a\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"x{i} = ${{x{i - 1}}}${{x{i - 1}}}\n")),
        "line 2, column 6: substitutions" },
        { "open brace", "realtime {\n  mic.frame = 40 ms\n", "line 3, column 1: the '{' at line 1, column 10 is not closed" },
        { "open quote", "realtime.session.model = \"x\n", "line 1, column 26: the text in quotes" },
        { "extra brace", "realtime.mic.frame = 40 ms\n}\n", "line 2, column 1: this '}' closes nothing" },
        { "list", "realtime.session.model = [1,2,3]", "line 1, column 26: lists are not supported" },
        { "list in JSON", """{"realtime": {"session": {"model": [1,2,3]}}}""", "line 1, column 36: lists are not supported" },
        { "deep blocks", Repeat("a {", 100_000), "more than 256 characters" },
        { "deep lists", "a = " + Repeat("[", 100_000), "line 1, column 5: lists are not supported" },
        { "deep path", Repeat("a.", 100_000) + "a = 1", "line 1, column 1: the full path" },
        { "deep JSON", Repeat("{\"a\":", 100_000), "more than 256 characters" },
        { "many keys", Repeat("a=1\n", 100_000), "line 10001, column 1: this is key number 10001" },
        { "large value", "realtime.session.model = " + new string('x', 1_000_000), "line 1, column 26: this value has more than" },
        { "large file", "realtime.session.model = " + new string('x', 4_000_000), "at most 1024 KiB" },
        { "template", "realtime.task.timeout = 5 s", "realtime.tasks.NAME.timeout" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_text_that_cannot_be_used_is_refused(string kind, string hocon, string complaint)
    {
        var path = Path.Combine(_folder, $"{kind}.hocon");
        File.WriteAllText(path, hocon);
        await RefusedAsync(["--config", path], path, complaint);
    }

    [Fact]
    public async Task A_file_that_is_no_text_is_refused()
    {
        var (binary, huge, pipe) = (Path.Combine(_folder, "binary"), Path.Combine(_folder, "huge"), Path.Combine(_folder, "pipe"));
        File.WriteAllBytes(binary, [.. Enumerable.Range(0, 256).Select(n => (byte)n)]);
        await using (var file = File.Create(huge)) file.SetLength(100 * 1024 * 1024);
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync();

        await RefusedAsync(["--config", binary], binary, "UTF-8 (line 1, column 1 is not)");
        await RefusedAsync(["--config", huge], huge, "at most 1024 KiB");
        await RefusedAsync(["--config", "/dev/zero"], "/dev/zero", "at most 1024 KiB");
        await RefusedAsync(["--config", pipe], pipe, "nothing comes from this one");
        await RefusedAsync(["--config", _folder], _folder, "this is a directory");
    }

    [Theory]
    [InlineData("--prompt", "/dev/zero", "--prompt is '/dev/zero'")]
    [InlineData("--transcription-prompt", "/dev/zero", "--transcription-prompt is '/dev/zero'")]
    [InlineData("--set", "tasks.summary.prompt=/dev/zero", "--set tasks.summary.prompt is '/dev/zero'")]
    [InlineData("--set", "tasks.summary.result=/dev/zero", "--set tasks.summary.result is '/dev/zero'")]
    public Task A_file_that_configuration_names_is_read_with_a_bound(string option, string value, string origin) =>
    RefusedAsync([option, value], origin, "a text file of at most 64 KiB");

    [Theory]
    [InlineData("--data", "", "--data is ''; it must be a directory, default or none.")]
    [InlineData("--set", "session.asr-model=", "--set session.asr-model is ''; it must be a name, or none.")]
    [InlineData("--set", "akka.a:${akka.a}#=1", "--set akka.a:${akka.a}# names no key")]
    public Task An_empty_value_or_a_broken_key_is_refused(string option, string value, string complaint) =>
    RefusedAsync([option, value], "--", complaint);

    private static async Task RefusedAsync(string[] options, string where, string complaint)
    {
        var watch = Stopwatch.StartNew();
        var result = await HostProcess.RunAsync(["run", "--url", "simulator", "--input", "-", .. options]);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        var line = Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(where, line, StringComparison.Ordinal);
        Assert.Contains(complaint, line, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < Soon, $"{watch.Elapsed}");
    }

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
