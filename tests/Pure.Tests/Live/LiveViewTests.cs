using RealtimeAkka.Hosting.Live;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.Protocol.Records.Witness;

namespace RealtimeAkka.Pure.Tests.Live;

public sealed class LiveViewTests
{
    [Fact]
    public void An_answer_joins_its_turn_whichever_comes_first()
    {
        var turn = LiveCall.Turn(1, "Hello.", "Hello", Verdict.Agreed);
        var answer = LiveCall.Answer(1, "Hi.");

        foreach (var view in (LiveView[])[
            LiveCall.Begun.With(turn, LiveCall.Now).With(answer, LiveCall.Now), LiveCall.Begun.With(answer, LiveCall.Now).With(
                turn, LiveCall.Now)])
        {
            var shown = Assert.Single(view.Turns);
            Assert.Equal((1, "Hi.", 640L), (shown.Number, shown.Answer!.Words, shown.AnswerMs));
            Assert.Equal(Verdict.Agreed, shown.Verdict);
        }
    }

    [Fact]
    public void An_amendment_replaces_the_turn_and_keeps_its_answer()
    {
        var view = LiveCall.Begun.With(LiveCall.Turn(1, null, "Hello"), LiveCall.Now).With(LiveCall.Answer(1, "Hi."), LiveCall.Now)
            .With(new TurnAmended(LiveCall.Turn(1, "Hello.", "Hello", Verdict.Agreed)), LiveCall.Now);

        var shown = Assert.Single(view.Turns);
        Assert.Equal(("Hello.", "Hi."), (shown.Oob[0].Text, shown.Answer!.Words));
    }

    [Fact]
    public void A_transcript_that_is_missing_says_why()
    {
        var shown = LiveTurn.Of(LiveCall.Turn(1, null, null));

        Assert.Equal([new Span("<timed out>", Tone.Dim)], shown.Oob.ToArray());
        Assert.Equal([new Span("<failed: bad>", Tone.Dim)], shown.Asr.ToArray());
    }

    [Fact]
    public void What_is_said_is_gone_when_its_answer_is_over_and_another_stays()
    {
        var saying = LiveCall.Begun.WithWords(new ResponseId("r2"), "Well,");

        Assert.NotNull(saying.With(LiveCall.Answer(1, "Hi."), LiveCall.Now).Saying);
        Assert.Null(saying.With(LiveCall.Answer(2, "Well, yes."), LiveCall.Now).Saying);
    }

    [Fact]
    public void A_long_call_is_kept_in_bounds()
    {
        var view = Enumerable.Range(1, 1_000).Aggregate(LiveCall.Begun, (view, n) => view
            .With(LiveCall.Turn(n, "a", "b", Verdict.Minor), LiveCall.Now).With(new Notice(NoticeLevel.Info, "x", "y"), LiveCall.Now));

        Assert.Equal((100, 50, 1_000), (view.Turns.Count, view.Notices.Count, view.TurnCount));
    }

    [Fact]
    public void Of_a_long_answer_the_last_words_are_shown()
    {
        var view = LiveCall.Begun.WithWords(new ResponseId("r"), new string('a', 5_000) + " the end");

        Assert.EndsWith(" the end", view.Saying!.Value.Words, StringComparison.Ordinal);
        Assert.StartsWith("…", view.Saying!.Value.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Later_words_are_shown_with_the_turn_that_they_decide()
    {
        var view = LiveCall.Begun.With(LiveCall.Turn(1, "Wren", "Ren", Verdict.Conflict), LiveCall.Now)
            .With(new HeardAgain("s-1", 1, Oob, "answer", "Wren", null, "Wren", "Ren", "answer", null), LiveCall.Now);

        Assert.Equal("later words support the model", view.Turns[0].Later);
    }
}
