using System.Collections.Immutable;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Lab;

/// <summary>Which sessions a run needs, what identifies a question, and whose an answer is.</summary>
public sealed class LabPlanTests
{
    private static readonly Variant A = new("a", "one"), B = new("b", "two");
    private static readonly LabSubject Full = new("server", "model", null, "[]", "asr");
    private static readonly LabSubject Last = Full with { Turns = 1 };

    [Fact]
    public void A_call_of_which_nothing_is_known_is_one_session() =>
        Assert.Equal(["call 1: 1-6 a b asr", "call 2: 1-6 a b asr"], Plan(Set(Full, repeats: 2, Call(6))));

    [Fact]
    public void Recordings_are_sessions_of_their_own() =>
        Assert.Equal(["one 1: 1-1 a b asr", "two 1: 1-1 a b asr"], Plan(Set(Full, 1, Call(1, "one"), Call(1, "two"))));

    [Fact]
    public void What_is_settled_is_not_asked_again_and_turns_that_ask_the_same_share_a_session()
    {
        var set = Set(Full, repeats: 1, Call(6));
        Assert.Equal(["call 1: 4-6 a b asr"], Plan(set, (turn, _) => turn <= 3));
        Assert.Equal(["call 1: 4-4 b", "call 1: 5-6 a b asr"], Plan(set, (turn, name) => turn <= 3 || (turn == 4 && name != "b")));
        Assert.Equal(["call 1: 1-6 b"], Plan(set, (_, name) => name != "b"));
        Assert.Equal(["call 1: 2-2 a b asr", "call 1: 5-5 asr"], Plan(set, (turn, name) => turn != 2 && (turn != 5 || name != "asr")));
        Assert.Equal([], Plan(set, (_, _) => true));
    }

    [Fact]
    public void A_turn_that_is_not_described_is_history()
    {
        var call = Call(4);
        Assert.Equal(["call 1: 1-1 a b asr", "call 1: 3-4 a b asr"], Plan(Set(Full, 1, call with { Golden = call.Golden.Remove(2) })));
    }

    [Fact]
    public void The_same_sound_under_two_names_is_asked_about_once() =>
        Assert.Equal(["one 1: 1-2 a b asr"], Plan(Set(Full, 1, Call(2, "one", sounds: "x"), Call(2, "two", sounds: "x"))));

    [Fact]
    public void Without_a_built_in_transcription_nobody_asks_for_it() =>
        Assert.Equal(["call 1: 1-2 a b"], Plan(Set(Full with { Transcription = null }, 1, Call(2))));

    [Fact]
    public void A_question_is_known_by_everything_that_may_change_its_answer()
    {
        var set = Set(Full, repeats: 2, Call(3));
        var known = Key(set, 3, A);
        Assert.Equal(known, Key(Set(Full, repeats: 5, Call(3)), 3, A));
        Assert.Equal(known, Key(set, 3, A with { Name = "renamed" }));
        Assert.Equal(known, Key(set with { Subject = Full with { Transcription = "another" } }, 3, A)); // it runs beside the variant
        Assert.NotEqual(Key(set, 3, null), Key(set with { Subject = Full with { Transcription = "another" } }, 3, null));
        string[] others =
        [
            Key(set, 2, A), Key(set, 3, B), Key(set, 3, null), Key(set, 3, A, repeat: 2), Key(set with { Subject = Full with { Server = "another" } }, 3, A),
            Key(set with { Subject = Full with { Model = "another" } }, 3, A), Key(set with { Subject = Full with { Requests = "[1]" } }, 3, A),
            Key(set with { Subject = Last }, 3, A), Key(Set(Full, 1, Call(3, sounds: "another")), 3, A),
        ];
        Assert.DoesNotContain(known, others);
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void The_history_counts_as_far_as_the_context_shows_it()
    {
        var call = Call(3);
        var changed = call with { Turns = call.Turns.SetItem(0, new CutTurn(default, "another")) };
        string[] Keys(LabSubject subject, Variant? variant) => [Key(Set(subject, 1, call), 3, variant), Key(Set(subject, 1, changed), 3, variant)];
        Assert.Equal(2, Keys(Full, A).Distinct().Count());
        Assert.Single(Keys(Last, A).Distinct());
        Assert.Single(Keys(Full with { Turns = 2 }, A).Distinct());
        Assert.Equal(2, Keys(Full with { Turns = 3 }, A).Distinct().Count());
        Assert.Equal(2, Keys(Last, null).Distinct().Count()); // the transcription model may use all of it
    }

    [Fact]
    public void An_answer_belongs_to_the_turn_of_the_call_that_the_session_plays_at_its_number()
    {
        var session = new LabSession(Call(6), Repeat: 2, First: 4, Count: 2, [A, B], IsTranscribed: true);
        var answers = new SessionAnswers(session);
        Assert.False(answers.IsComplete(1));

        (answers, var question) = answers.On(Said(1, "b", "hello"));
        Assert.Equal((4, 2, "b"), (question!.Number, question.Repeat, question.Name));
        Assert.Equal("turn 4", question.Turn.Reference);
        (answers, question) = answers.On(Said(1, "asr", "hello"));
        Assert.Equal("asr", question!.Name);
        Assert.Equal(["a"], answers.Missing(1).Select(missing => missing.Name));
        (answers, _) = answers.On(Said(1, "a", "hello"));
        Assert.True(answers.IsComplete(1));
        Assert.False(answers.IsComplete(2));
    }

    [Theory]
    [InlineData(0, "a")]
    [InlineData(3, "a")]
    [InlineData(1, "c")]
    [InlineData(1, "asr")]
    public void What_nobody_asked_is_nobodys_answer(int turn, string variant) =>
        Assert.Null(new SessionAnswers(new LabSession(Call(6), 1, 4, 2, [A, B], IsTranscribed: false)).On(Said(turn, variant, "hello")).Answered);

    [Fact]
    public void A_late_transcript_replaces_an_error_and_nothing_replaces_a_transcript()
    {
        var answers = new SessionAnswers(new LabSession(Call(1), 1, 1, 1, [], IsTranscribed: true));
        (answers, var question) = answers.On(new(1, "asr", ResultStatus.TimedOut, null, "after 15 s"));
        Assert.Null(question);
        Assert.True(answers.IsComplete(1));
        Assert.Equal("timed out: after 15 s", answers.Errors.Single().Report.To(answers.Errors.Single().Question).Error);

        (answers, question) = answers.On(Said(1, "asr", "late"));
        Assert.NotNull(question);
        Assert.Empty(answers.Errors);
        Assert.Null(answers.On(Said(1, "asr", "later")).Answered);
        Assert.Null(answers.On(new(1, "asr", ResultStatus.Failed, null, "late failure")).Answered);
    }

    [Theory]
    [InlineData(ResultStatus.Completed, "words", null, true)]
    [InlineData(ResultStatus.Empty, null, null, true)]
    [InlineData(ResultStatus.Failed, null, null, false)]
    [InlineData(ResultStatus.TimedOut, null, null, false)]
    [InlineData(ResultStatus.Incomplete, "wor", 0.001, true)] // paid for: asked again it would cost again
    [InlineData(ResultStatus.Disabled, null, 0.0, false)]
    public void What_was_paid_for_is_kept_and_what_failed_for_nothing_is_asked_again(ResultStatus status, string? text, double? usd, bool isKept)
    {
        var report = new ReportedAnswer(1, "a", status, text, "reason") { Usd = (decimal?)usd };
        Assert.Equal(isKept, report.IsKept);
        var answer = report.To(new LabQuestion(Call(1), 1, 1, A));
        Assert.Equal(status is ResultStatus.Completed or ResultStatus.Empty ? text ?? "" : null, answer.Text);
        Assert.Equal(answer.Text is null, answer.Error is not null);
    }

    [Theory]
    [InlineData(3, new[] { 1, 2, 3 }, null)]
    [InlineData(3, new[] { 3 }, null)]
    [InlineData(0, new[] { 1 }, "x.wav has no turn")]
    [InlineData(1, new[] { 1, 2 }, "x.wav has 1 turn by its pauses, but the last that golden.jsonl describes is turn 2")]
    [InlineData(7, new[] { 1, 2, 3, 4, 5, 6 }, "x.wav has 7 turns by its pauses, but the last that golden.jsonl describes is turn 6")]
    public void A_recording_with_other_turns_than_are_described_is_refused(int turns, int[] described, string? expected)
    {
        var problem = LabCall.Mismatch("x.wav", turns, described);
        if (expected is null) Assert.Null(problem);
        else Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=b.md", "a", "b.md")]
    [InlineData("long-name_2=dir/x=y.md", "long-name_2", "dir/x=y.md")]
    [InlineData("a", null, null)]
    [InlineData("=b", null, null)]
    [InlineData("a=", null, null)]
    [InlineData("asr=b", null, null)]
    [InlineData("ASR=b", null, null)]
    [InlineData("a.b=c", null, null)]
    [InlineData("a b=c", null, null)]
    public void A_variant_is_a_name_and_a_file(string text, string? name, string? file)
    {
        if (name is null) Assert.Throws<FormatException>(() => Variant.Parse(text));
        else Assert.Equal((name, file), Variant.Parse(text));
    }

    [Fact]
    public void A_kept_answer_is_read_as_it_was_written_and_a_damaged_line_is_none()
    {
        var question = new LabQuestion(Call(1), 1, 1, A);
        var answer = new VariantAnswer("a", question.Turn, 1, "Größe \u0007\n\"x\"") { Usd = 0.0000012m, ColdUsd = 0.000002m, LatencyMs = 412 };
        var line = KeptAnswer.Of(new string('0', 64), answer).Encode();
        Assert.DoesNotContain((byte)'\n', line);
        Assert.Equal(answer, KeptAnswer.Decode(line)!.To(question));

        var failed = answer with { Text = null, Error = "incomplete: content_filter", Usd = null };
        Assert.Equal(failed, KeptAnswer.Decode(KeptAnswer.Of(new string('0', 64), failed).Encode())!.To(question));
        Assert.Null(KeptAnswer.Decode(line.AsSpan(0, line.Length - 1)));
        foreach (var damaged in (string[])["", "null", "[]", "{}", """{"key":"0","variant":"a","audio":"x","text":"y"}""", "\0\0"])
            Assert.Null(KeptAnswer.Decode(System.Text.Encoding.UTF8.GetBytes(damaged)));
        Assert.Null(KeptAnswer.Decode(new byte[KeptAnswer.MaxLine + 1]));
    }

    private static ReportedAnswer Said(int turn, string variant, string text) => new(turn, variant, ResultStatus.Completed, text, null);

    private static LabSet Set(LabSubject subject, int repeats, params LabCall[] calls) => new(subject, [A, B], [.. calls], repeats);

    private static LabCall Call(int turns, string name = "call", string? sounds = null) => new(
        name, $"/{name}", [.. Enumerable.Range(1, turns).Select(turn => new CutTurn(default, $"{sounds ?? name} {turn}"))],
        Enumerable.Range(1, turns).ToImmutableDictionary(turn => turn, turn => new GoldenTurn($"/{name}", turn, $"turn {turn}") { Name = name }));

    private static string Key(LabSet set, int number, Variant? variant, int repeat = 1) =>
        set.KeyOf(new LabQuestion(set.Calls[0], number, repeat, variant));

    private static IEnumerable<string> Plan(LabSet set, Func<int, string, bool>? isSettled = null)
    {
        var settled = set.Questions.Where(pair => isSettled?.Invoke(pair.Question.Number, pair.Question.Name) ?? false).Select(pair => pair.Key).ToHashSet();
        return LabSession.Of(set, settled.Contains).Select(session =>
            $"{session.Call.Name} {session.Repeat}: {session.First}-{session.First + session.Count - 1} {string.Join(' ', session.Variants.Select(variant => variant.Name).Concat(session.IsTranscribed ? ["asr"] : []))}");
    }
}
