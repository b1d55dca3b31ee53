using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Sinks;

public class TextSinkTests
{
    [Fact]
    [Trait("Cookbook", "1")]
    public async Task A_turn_reads_as_it_is_promised() =>
        Assert.Equal(
            """
            [client] Speech detected; streaming...
            [client] Detected silence; preparing transcript...

            === User turn 1 (Realtime transcript) ===
            Hello.

            === User turn 1 (Transcription model) ===
            Hello

            === Assistant response ===
            Hello, and thank you for calling. Let's start with your full name, please.

            """,
            await Written(
                new Activity(ActivityKind.SpeechStarted), new Activity(ActivityKind.SpeechStopped), Turn("Hello.", "Hello"),
                Answer("Hello, and thank you for calling. Let's start with your full name, please.")));

    [Fact]
    public async Task Blocks_stand_apart_and_the_clients_lines_stand_together() =>
        Assert.Equal(
            """
            === Assistant response ===
            Hi

            [client] Speech detected; streaming...
            [client] Detected silence; preparing transcript...
            [client] Speech detected; streaming...

            === Assistant response ===
            Bye

            """,
            await Written(Answer("Hi"), new Activity(ActivityKind.SpeechStarted), new Activity(ActivityKind.SpeechStopped),
            new Activity(ActivityKind.SpeechStarted), Answer("Bye")));

    [Fact]
    public async Task A_task_that_came_to_nothing_to_be_read_is_told_as_empty() =>
        Assert.Contains("=== Task note (turn 1) ===\n<empty>",
        await Written(
        new TaskCompleted("s-1", "note", 1, ResultStatus.Completed, null, null, null, "full", 1, null, null, 0, null, "s-1/note/1")),
        StringComparison.Ordinal);

    [Fact]
    public async Task What_tasks_and_functions_came_to_and_what_looks_made_up_is_told_in_blocks_of_their_own()
    {
        var task = new TaskCompleted("s-1", "policy", 3, ResultStatus.Completed, "x", Json("""{"n":"A\u001b"}"""), null, "full", 1, null,
            null, 0, null, "s-1/policy/1");
        var tool = new ToolCalled("s-1", "find", 3, "c1", ResultStatus.Completed, null, "found\u001b", null, "s-1/c1");
        Assert.Equal(
            """
            === User turn 1 (Realtime transcript) ===
            User: Hello. <suspect: labelled>

            === User turn 1 (Transcription model) ===
            Hello

            === Task policy (turn 3) ===
            {"n":"A\u001b"}

            === Task policy (turn 3) ===
            <failed: invalid>

            === Tool find ===
            found�

            === Tool find ===
            <failed: refused>

            """,
            await Written(
                Turn("User: Hello.", "Hello") with { Flags = ["usage_without_audio", "labelled"] }, task,
                task with { Status = ResultStatus.Failed, Error = "invalid" },
                tool, tool with { Status = ResultStatus.Failed, Output = null, Error = "refused" }));
    }

    [Theory]
    [InlineData(ResultStatus.Failed, null, "audio_unintelligible", "<failed: audio_unintelligible>")]
    [InlineData(ResultStatus.Failed, null, null, "<failed>")]
    [InlineData(ResultStatus.Empty, null, null, "<empty>")]
    [InlineData(ResultStatus.TimedOut, null, "after 15 s", "<timed out after 15 s>")]
    [InlineData(ResultStatus.TimedOut, null, null, "<timed out>")]
    [InlineData(ResultStatus.Disabled, null, "budget", "<not asked: budget spent>")]
    [InlineData(ResultStatus.Disabled, null, null, "<not asked>")]
    [InlineData(ResultStatus.Incomplete, "Hel", "max_output_tokens", "Hel <incomplete: max_output_tokens>")]
    [InlineData(ResultStatus.Cancelled, "Hel", "client_cancelled", "Hel <cancelled: client_cancelled>")]
    [Trait("Cookbook", "7")]
    public async Task A_transcript_that_did_not_come_says_why_in_angle_brackets(
    ResultStatus status, string? text, string? error, string line)
    {
        var oob = new OutOfBandTranscript(status, text, null, "full", 1, null, null, null, error);
        var asr = new AsrTranscript(status, text, "m", null, null, null, error);
        Assert.Equal(
            $"=== User turn 1 (Realtime transcript) ===\n{line}\n\n=== User turn 1 (Transcription model) ===\n{line}\n",
            await Written(new TurnJoined("s", 1, new ItemId("i"), "vad", null, null, oob, asr, null, [])));
    }

    [Fact]
    public async Task A_turn_that_is_told_again_says_so()
    {
        var turn = Turn("Hello.", "Hello");
        var text = await Written(new TurnAmended("s", 3, turn.ItemId, "vad", null, null, turn.Oob, turn.Asr, null, []));
        Assert.StartsWith(
            "=== User turn 3 (Realtime transcript, amended) ===\nHello.\n\n=== User turn 3 (Transcription model, amended) ===\n", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_says_how_much_was_heard() =>
        Assert.Equal("=== Assistant response ===\nOnce upon <cancelled: turn_detected; 2.1 s heard>\n",
            await Written(
            new AssistantReplied("s", new ResponseId("r"), 1, null, "cancelled", "Once upon", 2100, null, null, "turn_detected")));

    [Fact]
    public async Task With_costs_each_block_says_what_it_cost_and_how_long_it_took()
    {
        var text = await Written(costs: true, Turn("Hello.", "Hello"), Answer("Hi"));
        Assert.Equal(
            """
            === User turn 1 (Realtime transcript) ===
            Hello.
            $0.007496, after 412 ms

            === User turn 1 (Transcription model) ===
            Hello
            cost unknown

            === Assistant response ===
            Hi
            $0.030100

            """, text);
    }

    [Fact]
    public async Task With_costs_each_block_says_what_was_used()
    {
        var turn = Turn("Hello.", "Hello", oobUsage: Tokens(1906, 1856, 95, 19), asrUsage: """{"type":"duration","seconds":3.25}""");
        var answer = Answer("Hi") with
            { Usage = RawJson.Parse(
            """{"input_token_details":{"text_tokens":10,"audio_tokens":350,"cached_tokens_details":{"audio_tokens":256}},"output_token_details":{"text_tokens":9,"audio_tokens":60}}""") };
        var text = await Written(costs: true, turn, answer, Answer("Nothing") with { Usage = RawJson.Parse("""{"input_tokens":0}""") });
        Assert.Contains("\n1906 text (1856 cached) + 95 audio in, 19 text out: $0.007496, after 412 ms\n", text, StringComparison.Ordinal);
        Assert.Contains("\n3.25 s of audio: cost unknown\n", text, StringComparison.Ordinal);
        Assert.Contains("\n10 text + 350 audio (256 cached) in, 9 text + 60 audio out: $0.030100\n", text, StringComparison.Ordinal);
        Assert.Contains("\nNothing\nno usage reported\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_says_what_both_methods_cost_and_what_is_not_known() =>
        Assert.Equal(
            """
            === Session summary ===
            6 user turns, 20.6 s of sound sent, 1.5 s played
            Realtime transcripts (out of band)               $0.040976  $0.006829 per turn
              had all audio been billed (estimate)           $0.060000  $0.010000 per turn
              with --context last (estimate)                 $0.018000  $0.003000 per turn
              with --context last:3 (estimate)                 unknown  unknown per turn
            Transcription model                              $0.002114  $0.000352 per turn
            Conversation                                     $0.500000
            Tasks                                            $0.250000
              summary                                        $0.250000
              validation                                       unknown
            Total                                   at least $0.793090
            The Realtime transcripts cost 19.4 times the transcription model's.
            The service did not bill the audio of some requests; see the estimate above.
            Not counted (no known price): new-model
            Not counted (no usage reported): 2 results

            """, await Written(Summary));

    [Fact]
    public async Task With_costs_the_summary_has_a_table_for_each_method_with_every_turn_as_it_was_told_last()
    {
        var late = Turn("Two.", "Two", 2, oobUsage: Tokens(1906, 1856, 95, 19), asrUsage: """{"input_tokens":57,"output_tokens":14}""",
            oobUsd: 0.004286m);
        var text = await Written(
            costs: true, Turn("One.", "One", 1, oobUsage: Tokens(1830, 0, 0, 11), asrUsage: """{"input_tokens":16,"output_tokens":3}"""),
            Turn("Two.", "Two", 2),
            new TurnAmended("s", 2, late.ItemId, "vad", null, null, late.Oob, late.Asr, null, []), Turn("", "", 3, oobUsd: null), Summary);
        Assert.EndsWith(
            """

            === Costs of the Realtime transcripts, last 3 of 6 turns ===
            turn  text in  cached  audio in  cached  text out       cost
               1     1830       0         0       0        11  $0.007496
               2     1906    1856        95       0        19  $0.004286
               3        -       -         -       -         -    unknown
             all                                               $0.040976

            === Costs of the transcription model, last 3 of 6 turns ===
            turn  audio in  text in  text out       cost
               1        16        0         3    unknown
               2        57        0        14    unknown
               3         -        -         -    unknown
             all                               $0.002114

            """, text[..(text.IndexOf("=== Session summary", StringComparison.Ordinal) - 1)], StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public async Task With_costs_a_table_of_all_turns_adds_up_what_was_used()
    {
        var text = await Written(
            costs: true, Turn("One.", "One", 1, Tokens(1830, 0, 0, 11), """{"seconds":1.5}"""),
            Turn("Two.", "Two", 2, Tokens(1906, 1856, 95, 19), """{"seconds":2}"""), Summary with { Turns = 2 });
        Assert.Contains("\n all     3736    1856        95       0        30  $0.040976\n", text, StringComparison.Ordinal);
        Assert.Contains("\nturn  seconds       cost\n   1      1.5    unknown\n   2      2.0    unknown\n all      3.5  $0.002114\n", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_go_to_stderr_and_not_among_the_records()
    {
        var (output, errors) = (Writer(), Writer());
        var sink = new TextSink(output, errors, new TerminalText(false), costs: false);
        await sink.WriteAsync(new Notice(NoticeLevel.Warning, "c", "Beware\u001b[2J."));
        Assert.Equal("", output.ToString());
        Assert.Equal("warning: Beware\uFFFD[2J.\n", errors.ToString());
    }

    [Fact]
    public async Task Nothing_that_comes_from_outside_commands_the_terminal()
    {
        const string Evil = "a\u001b]0;owned\u0007\u009b2J\u202Eb\r\u0000";
        var oob = new OutOfBandTranscript(ResultStatus.Failed, Evil, null, Evil, 1, null, null, null, Evil);
        var text = await Written(
            costs: true,
            new TurnJoined("s", 1, new ItemId(Evil), Evil, null, null, oob,
            new AsrTranscript(ResultStatus.Completed, Evil, Evil, null, null, null, null), null, [Evil]),
            new AssistantReplied("s", new ResponseId(Evil), 1, null, Evil, Evil, 0, null, null, Evil),
            new SessionSummary("s", 1, new MethodCost(0, 0), new MethodCost(0, 0), new Amount(0),
            new TaskCosts(0, new Dictionary<string, decimal?> { [Evil] = 0 }), 0, null, [Evil], 0, null, [new ContextCost(Evil, 0)],
            new AudioFigures(0, 0, 0, 0), 0, 0, Evil));
        Assert.DoesNotContain(text, c => (char.IsControl(c) && c != '\n') || c == '\u202E');
    }

    [Theory]
    [InlineData("plain, naïve 你好 😀", "plain, naïve 你好 😀")]
    [InlineData("two\nlines\tand a tab", "two\nlines\tand a tab")]
    [InlineData("\u001b[31mred\u0007\b\r\u007f\u0085\u009b", "\uFFFD[31mred\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")]
    [InlineData("\u202Aa\u202Eb\u2066c\u2069", "\uFFFDa\uFFFDb\uFFFDc\uFFFD")]
    [InlineData("a\u200Bb\u200Ec\u200Fd\uFEFFe\u2028f\u2029g\u00ADh\u2060i", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg\uFFFDh\uFFFDi")]
    [InlineData("=\u200D=\u200C=", "=\uFFFD=\uFFFD=")]
    [InlineData("می\u200Cخواهم 👩\u200D👧", "می\u200Cخواهم 👩\u200D👧")]
    [InlineData("", "")]
    public void Control_and_direction_characters_are_shown_and_not_obeyed(string text, string safe) =>
    Assert.Equal(safe, TerminalText.Safe(text));

    [Theory]
    [InlineData("Yes.\n=== Session summary ===\n0 user turns", "Yes.\n  === Session summary ===\n  0 user turns")]
    [InlineData("=== Session summary ===", "  === Session summary ===")]
    [InlineData("Yes.\u2028=== Session summary ===", "Yes.\n  === Session summary ===")]
    [InlineData("Yes.\r\n\r\n[client] Speech", "Yes.\n  \n  [client] Speech")]
    [InlineData("one line", "one line")]
    public async Task Words_cannot_pass_for_lines_of_the_program(string words, string shown)
    {
        Assert.Equal($"=== Assistant response ===\n{shown}\n", await Written(Answer(words)));
        Assert.StartsWith($"=== User turn 1 (Realtime transcript) ===\n{shown}\n", await Written(Turn(words, "Yes.")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_or_a_name_cannot_begin_a_line_of_its_own()
    {
        var (output, errors) = (Writer(), Writer());
        var sink = new TextSink(output, errors, new TerminalText(false), costs: false);
        await sink.WriteAsync(new Notice(NoticeLevel.Warning, "c", "Beware.\nerror: forged"));
        await sink.WriteAsync(Answer("Hi") with { Status = "failed", Error = "a\n=== Session summary ===" });
        Assert.Equal("warning: Beware. error: forged\n", errors.ToString());
        Assert.Equal("=== Assistant response ===\nHi <failed: a === Session summary ===; 1.0 s heard>\n", output.ToString());
    }

    [Fact]
    public async Task The_error_that_ends_the_session_is_left_to_the_command_which_prints_it_once()
    {
        Assert.Equal("", await Written(new Notice(NoticeLevel.Error, "session_failed", "The device is gone.")));
    }

    [Fact]
    public void Texts_that_are_too_long_to_be_compared_at_once_are_not_marked()
    {
        var left = string.Join(' ', Enumerable.Range(0, 200_000).Select(i => $"a{i}"));
        var right = string.Join(' ', Enumerable.Range(0, 200_000).Select(i => $"b{i}"));
        Assert.Equal((left, right), new TerminalText(true).Differences(left, right));
    }

    [Fact]
    public void Words_that_differ_are_marked_only_where_marks_may_be_used()
    {
        Assert.Equal(("My name is Ann.", "my name was Ann"), new TerminalText(false).Differences("My name is Ann.", "my name was Ann"));
        Assert.Equal(("My name \e[33;1mis\e[0m Ann.", "my name \e[33;1mwas\e[0m Ann"),
            new TerminalText(true).Differences("My name is Ann.", "my name was Ann"));
        Assert.Equal(("same", "Same"), new TerminalText(true).Differences("same", "Same"));
        Assert.Equal(("\e[33;1ma\e[0m b", "b"), new TerminalText(true).Differences("a b", "b"));
        Assert.Equal(("", "\e[33;1mall\e[0m"), new TerminalText(true).Differences("", "all"));
    }

    [Fact]
    public void Marks_cannot_be_forged()
    {
        var (left, _) = new TerminalText(true).Differences("a\e[33;1mb", "c");
        Assert.Equal("\e[33;1m", left[..7]);
        Assert.DoesNotContain("\e[33;1mb", left, StringComparison.Ordinal);
    }

    private static readonly SessionSummary Summary = new(
        "s", 6, new MethodCost(0.040976m, 0.006829m), new MethodCost(0.002114m, 0.000352m), new Amount(0.5m),
        new TaskCosts(0.25m, new Dictionary<string, decimal?> { ["summary"] = 0.25m, ["validation"] = null }), 0.79309m, 19.38,
        ["new-model"], 2, 0.06m,
        [new ContextCost("last", 0.018m), new ContextCost("last:3", null)], new AudioFigures(20_600, 0, 0, 1500), 38_000, 0, "completed");

    private static TurnJoined Turn(
        string oob, string asr, int turn = 1, string? oobUsage = null, string? asrUsage = null, decimal? oobUsd = 0.007496m) => new(
        "s", turn, new ItemId("i"), "vad", null, null,
        new OutOfBandTranscript(
            ResultStatus.Completed, oob, null, "full", 1, 412, oobUsage is null ? null : RawJson.Parse(oobUsage), oobUsd, null),
        new AsrTranscript(ResultStatus.Completed, asr, "m", null, asrUsage is null ? null : RawJson.Parse(asrUsage), null, null), null, []);

    private static string Tokens(int text, int cached, int audio, int output) =>
        $$$"""{"output_tokens":{{{output}}},"input_token_details":{"cached_tokens_details":{"text_tokens":{{{cached}}} },"text_tokens":{{{text}}},"audio_tokens":{{{audio}}} } }""";

    private static AssistantReplied Answer(string text) =>
        new("s", new ResponseId("r"), 1, null, "completed", text, 1000, null, 0.0301m, null);

    private static Task<string> Written(params SessionRecord[] records) => Written(costs: false, records);

    private static async Task<string> Written(bool costs, params SessionRecord[] records)
    {
        var (output, errors) = (Writer(), Writer());
        var sink = new TextSink(output, errors, new TerminalText(false), costs);
        foreach (var record in records) await sink.WriteAsync(record);
        Assert.Equal("", errors.ToString());
        return output.ToString();
    }

    private static StringWriter Writer() => new() { NewLine = "\n" };
}
