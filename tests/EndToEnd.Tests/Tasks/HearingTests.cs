using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Tasks;

/// <summary>What the two transcripts of a turn say together, and what the words after it add.</summary>
public sealed class HearingTests
{
    private const string Quick = """ "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 30, "answer_delay_ms": 10, "interval_ms": 0 } """;

    // The published examples: a misheard word, a spelled name, a policy number, a sentence that one witness leaves out.
    private const string Published = "{" + Quick + """
        , "turns": [
          { "asr": { "transcript": "I had otoo accident." }, "oob": { "text": "I had an auto accident." },
            "answer": { "text": "Got it, you had an auto accident.", "audio_ms": 100 } },
          { "asr": { "transcript": "My name is Dana Whitlock. W H I T L O C." }, "oob": { "text": "My name is Dana Whitlock. W-H-I-T-L-O-C-K." },
            "answer": { "text": "Thank you, Dana Whitlock.", "audio_ms": 100 } },
          { "asr": { "transcript": "My policy number is a b c d 1 2 3 4." }, "oob": { "text": "My policy number is ABCD-1234." },
            "answer": { "text": "Is there anything else?", "audio_ms": 100 } },
          { "asr": { "transcript": "Please call me back." }, "oob": { "text": "Please call me back, this is important." },
            "answer": { "text": "I understand that it is important to you.", "audio_ms": 100 } } ] }
        """;

    // Long enough for a name to be spelled in it.
    private static readonly byte[] Speech = [.. Sound.Silence(300), .. Sound.Speech(2500), .. Sound.Silence(900)];

    [Fact]
    public async Task Each_turn_says_what_differs_and_the_answers_say_which_witness_was_right()
    {
        await using var server = await TestCall.ServeAsync(Published);
        using var host = HostProcess.StartOnPipe(server.Url, ["--set", "session.language=en"]);
        for (var turn = 1; turn <= 4; turn++)
        {
            await host.SpeakAsync(Speech);
            await host.ReadAsync("turn", "assistant"); // who speaks before the answer is heard interrupts it
        }
        host.HangUp();
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        var turns = result.Of("turn").ToList();
        Assert.Equal(["minor", "conflict", "agreed", "minor"], turns.Select(turn => turn.Text("verdict")));
        Assert.Equal(
            [
                """[{"op":"delete","oob":"an","asr":null},{"op":"substitute","oob":"auto","asr":"otoo"}]""",
                """[{"op":"delete","oob":"K","asr":null}]""", "[]",
                """[{"op":"delete","oob":"this","asr":null},{"op":"delete","oob":"is","asr":null},{"op":"delete","oob":"important","asr":null}]""",
            ],
            turns.Select(turn => turn.GetProperty("agreement").GetProperty("differences").GetRawText()));
        Assert.Equal(
            ["name Dana Whitlock Dana Whitlock agreed", "spelled WHITLOCK WHITLOC differs", "code ABCD1234 ABCD1234 agreed"],
            turns.SelectMany(turn => turn.GetProperty("entities").EnumerateArray()).Select(
                entity => $"{entity.Text("kind")} {entity.Text("oob")} {entity.Text("asr")} {entity.Text("state")}"));
        Assert.Equal("My name is Dana Whitlock. W-H-I-T-L-O-C-K.", turns[1].Text("words"));

        Assert.Equal(
            ["1 oob an auto", "2 oob WHITLOCK", "4 oob this is important"],
            result.Of("hearing").Select(heard => $"{heard.GetProperty("turn")} {heard.Text("supported_by")} {heard.Text("words")}"));
        Assert.Contains(result.Of("notice"), notice => notice.Text("code") == "mishearing" && notice.Text("message")!.Contains("WHITLOC"));
        var figures = Assert.Single(result.Of("summary")).GetProperty("hearing");
        Assert.Equal((1, 2, 1, 0), (Number("agreed"), Number("minor"), Number("conflict"), Number("suspect")));
        Assert.Equal(3, figures.GetProperty("decided").GetProperty("oob").GetInt32());
        int Number(string name) => figures.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Where_evidence_is_preferred_a_new_connection_and_the_export_get_the_words_it_supports()
    {
        var scenario = Published
            .Replace("I had an auto accident.\" },", "I had otoo accident.\" },", StringComparison.Ordinal)
            .Replace("\"transcript\": \"I had otoo accident.\"", "\"transcript\": \"I had an auto accident.\"", StringComparison.Ordinal);
        await using var server = await TestCall.ServeAsync(scenario);
        using var host = HostProcess.Start(HostProcess.SessionArguments(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "hearing.prefer=evidence"]), "test");
        var result = await host.EndAsync();

        Assert.Equal("I had otoo accident.", Assert.Single(result.Of("turn")).Text("words"));
        var heard = Assert.Single(result.Of("hearing"));
        Assert.Equal(("asr", "I had an auto accident."), (heard.Text("supported_by"), heard.Text("text")));
        var export = await HostProcess.RunAsync(["sessions", "export", "last", "--format", "md", "--data", host.Data]);
        Assert.Equal("", export.Errors);
        Assert.Contains("**User:** I had an auto accident", export.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Thank you for watching!", "empty", null, "asr_phantom", null)]
    [InlineData("Thank you for watching!", "completed", "Thank you for watching.", "phantom,asr_phantom", null)]
    [InlineData("Thank you for watching!", "completed", "I need a new window.", "asr_phantom", "I need a new window.")]
    [InlineData("no no no no no no no no no no no no no no", "completed", "No.", "asr_too_many_words,asr_loop", "No.")]
    public async Task A_phantom_is_never_taken_for_the_callers_words(string asr, string status, string? oob, string flags, string? words)
    {
        var text = oob is null ? "" : $", \"text\": \"{oob}\"";
        await using var server = await TestCall.ServeAsync(
            "{" + Quick + $$""", "turns": [ { "asr": { "transcript": "{{asr}}" }, "oob": { "status": "{{status}}"{{text}} }, "answer": { "text": "a", "audio_ms": 100 } } ] }""");
        var folder = new ConfigFolder("realtime.tasks.repeat { prompt = repeat.md, trigger = on-conflict }");
        folder.Write("repeat.md", "Repeat.");
        using var host = HostProcess.Start(HostProcess.SessionArguments(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--config", folder.Hocon]), "test");
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        var turn = Assert.Single(result.Of("turn"));
        Assert.Equal(flags, string.Join(',', turn.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString())
            .Where(flag => flag is not ("usage_without_audio" or "language_differs"))));
        Assert.Equal(("suspect", words), (turn.Text("verdict"), turn.Text("words")));
        Assert.Equal("repeat", Assert.Single(result.Of("task")).Text("task"));
        var export = await HostProcess.RunAsync(["sessions", "export", "last", "--format", "srt", "--data", host.Data]);
        Assert.DoesNotContain("watching", export.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transcript_that_runs_away_is_cancelled_and_the_other_counts()
    {
        var text = string.Join(' ', Enumerable.Repeat("and then I said", 400));
        await using var server = await TestCall.ServeAsync(
            """{ "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 30, "answer_delay_ms": 10 }, "turns": [ { "asr": { "transcript": "and then" }, "oob": { "text": "TEXT", "deltas": 400, "interval_ms": 2 } } ] }"""
                .Replace("TEXT", text, StringComparison.Ordinal));
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "hearing.max-characters-per-second=100"]);

        Assert.Equal(0, result.ExitCode);
        var turn = Assert.Single(result.Of("turn"));
        Assert.Equal("cancelled", turn.GetProperty("oob").Text("status"));
        Assert.StartsWith("too_long: more than ", turn.GetProperty("oob").Text("error"), StringComparison.Ordinal);
        Assert.Equal("and then", turn.Text("words"));
        var sent = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.Equal(1, sent.Entries.Count(e => e is { Direction: Direction.Sent, Type: "response.cancel" }));
    }

    [Fact]
    public async Task The_vocabulary_reaches_the_ASR_the_model_and_the_comparison()
    {
        await using var server = await TestCall.ServeAsync("{" + Quick + """
            , "turns": [ { "asr": { "transcript": "i want the frobnicator" }, "oob": { "text": "I want the Frobnikator." }, "answer": { "text": "a", "audio_ms": 100 } } ] }
            """);
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "session.vocabulary=Frobnicator, Dana Whitlock"]);

        Assert.Equal(0, result.ExitCode);
        var entity = Assert.Single(Assert.Single(result.Of("turn")).GetProperty("entities").EnumerateArray());
        Assert.Equal(("name", "Frobnikator", "Frobnicator", "differs"),
            (entity.Text("kind"), entity.Text("oob"), entity.Text("asr"), entity.Text("state")));
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.Contains("Frobnicator, Dana Whitlock", log.Of("response.create").First(e => e["response.conversation"] == "none")["response.instructions"]);
        Assert.Equal("""["Frobnicator","Dana Whitlock"]""", log.Of("session.update").First()["session.audio.input.transcription.keywords"]);
    }
}
