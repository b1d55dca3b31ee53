using RealtimeAkka.Hosting.Lab;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary><c>lab golden add</c>: golden sets made of recorded sessions.</summary>
public sealed class GoldenTests
{
    private const string Scenario = """
        { "turns": [
            { "asr": { "transcript": "my name is Dana Whitlock" }, "oob": { "text": "My name is Dana Whitlock." } },
            { "asr": { "transcript": "The number is 451." }, "oob": { "text": "The number is 415." } },
            { "asr": { "transcript": "Goodbye." }, "oob": { "text": "Good day." } } ] }
        """;

    [Fact]
    public async Task Turns_of_a_recorded_session_become_a_golden_set_with_the_words_that_a_person_gives()
    {
        await using var server = await TestCall.ServeAsync(Scenario);
        var session = await HostProcess.RunAsync(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))], record: "audio"), key: "test");
        Assert.Equal((0, 3), (session.ExitCode, session.Turns.Count));
        var data = Path.GetDirectoryName(session.Folder)!;
        var corrections = Path.Combine(TestFolder.New().FullName, "corrections.jsonl");
        await File.WriteAllTextAsync(corrections, """{"turn":2,"reference":"The number is four one five."}""" + "\n");

        var added = await HostProcess.RunAsync(
            ["lab", "golden", "add", "last", "--data", data, "--corrections", corrections, "--language", "en"]);
        Assert.Equal(0, added.ExitCode);
        Assert.StartsWith("2 of 3 turns of s-", added.Output, StringComparison.Ordinal);
        Assert.StartsWith("warning: Turn 3 is left out: its transcripts differ.", added.Errors, StringComparison.Ordinal);

        var folder = Path.Combine(data, "golden");
        var set = GoldenSet.Read(folder);
        Assert.Equal(["My name is Dana Whitlock.", "The number is four one five."], set.Turns.Select(turn => turn.Reference));
        Assert.Equal(["Dana Whitlock", "four one five"], set.Turns.SelectMany(turn => turn.Entities));
        foreach (var turn in set.Turns)
        {
            var samples = (await File.ReadAllBytesAsync(turn.Audio))[44..];
            Assert.InRange(Pcm.Milliseconds(samples.Length), 500, 2500);
            Assert.True(Pcm.Rms(samples) > 0.02);
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(turn.Audio));
        }
    }

    [Fact]
    public async Task On_a_terminal_a_person_chooses_between_the_transcripts()
    {
        await using var server = await TestCall.ServeAsync("""
            { "turns": [ { "asr": { "transcript": "The number is 451." }, "oob": { "text": "The number \u001b[2J is 415." } } ] }
            """);
        var session = await HostProcess.RunAsync(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))], record: "audio"), key: "test");
        var data = Path.GetDirectoryName(session.Folder)!;

        using var host = HostProcess.StartOnTerminal(
            ["lab", "golden", "add", "last", "--data", data], "test", new Dictionary<string, string> { ["TERM"] = "xterm" });
        List<string> screen = [];
        while (!screen.Exists(line => line.Contains("Which is it?", StringComparison.Ordinal))) screen.Add((await host.ReadLineAsync())!);
        await host.PressEnterAsync();
        Assert.Equal(0, (await host.EndAsync()).ExitCode);
        Assert.DoesNotContain(screen, line => line.Contains("\e[2J is", StringComparison.Ordinal));
        Assert.Equal("The number \u001b[2J is 415.", Assert.Single(GoldenSet.Read(Path.Combine(data, "golden")).Turns).Reference);
    }

    [Fact]
    public async Task What_cannot_become_a_golden_set_is_one_line_that_says_what_to_do()
    {
        await using var server = await TestCall.ServeAsync(Scenario);
        var session = await HostProcess.RunAsync(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--turns", "1"]), key: "test");
        var data = Path.GetDirectoryName(session.Folder)!;
        var added = await HostProcess.RunAsync(["lab", "golden", "add", "last", "--data", data]);
        Assert.Equal(2, added.ExitCode);
        Assert.Matches("^error: s-[^ ]+ has no input.wav; record sessions with `run --record audio`.\n$", added.Errors);
    }
}
