using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Tasks;

public class TaskTriggerTests
{
    [Theory]
    [InlineData("every-turn", 1, 0, "", true)]
    [InlineData("every 3 turns", 2, 0, "", false)]
    [InlineData("every 3 turns", 6, 0, "", true)]
    [InlineData("on-end", 1, 1, "x", false)]
    [InlineData("on-demand", 1, 1, "x", false)]
    [InlineData("on-disagreement >= 0.2", 1, 0.19, "", false)]
    [InlineData("on-disagreement >= 0.2", 1, 0.2, "", true)]
    [InlineData("on-match cancel|complain", 1, 0, "I want to CANCEL it", true)]
    [InlineData("on-match cancel|complain", 1, 0, "I am content", false)]
    [InlineData("every 3 turns, on-end", 3, 0, "", true)]
    [InlineData(" every 2 turns , on-disagreement >= 0.5 ", 1, 0.7, "", true)]
    [InlineData("every 2 turns, on-match a, or b", 1, 0, "a, or b", true)]
    public void A_trigger_says_which_turns_it_is_due_at(string trigger, int turn, double wer, string said, bool due) =>
        Assert.Equal(due, TaskTrigger.Parse(trigger).IsDue(Turn(turn, wer, said)));

    [Fact]
    public void Either_hearing_may_match() => Assert.True(TaskTrigger.Parse("on-match garage").IsDue(Turn(1, 0, null, "my garage")));

    [Fact]
    public void What_came_late_may_match_but_counts_as_no_other_turn()
    {
        var late = Turn(3, 0.5, "I cancel");
        TurnAmended amended = new(late.Session, late.Turn, late.ItemId, late.Source, null, null, late.Oob, late.Asr, late.Agreement, []);
        Assert.False(TaskTrigger.Parse("every 3 turns").IsDue(amended));
        Assert.True(TaskTrigger.Parse("on-match cancel").IsDue(amended));
        Assert.True(TaskTrigger.Parse("on-disagreement >= 0.5").IsDue(amended));
    }

    [Fact]
    public void Only_on_end_is_for_the_end()
    {
        Assert.True(TaskTrigger.Parse("every 3 turns, on-end").OnEnd);
        Assert.False(TaskTrigger.Parse("every 3 turns").OnEnd);
    }

    [Fact]
    public void A_hostile_turn_is_searched_no_further_than_a_page() =>
        Assert.False(TaskTrigger.Parse("on-match needle").IsDue(Turn(1, 0, new string('x', 1_000_000) + "needle")));

    [Theory]
    [InlineData("")]
    [InlineData("sometimes")]
    [InlineData("every 0 turns")]
    [InlineData("every turns")]
    [InlineData("on-disagreement > 0.2")]
    [InlineData("on-match (")]
    [InlineData("on-match (?=a)b")]
    [InlineData("every-turn, sometimes")]
    public void Anything_else_is_refused(string trigger) => Assert.Throws<FormatException>(() => TaskTrigger.Parse(trigger));

    internal static TurnJoined Turn(int number, double wer, string? said, string? asr = null) => new(
        "s-1", number, new ItemId($"i{number}"), "vad", null, null,
        new OutOfBandTranscript(said is null ? ResultStatus.Failed : ResultStatus.Completed, said, null, "full", 1, null, null, 0, null),
        new AsrTranscript(asr is null ? ResultStatus.Failed : ResultStatus.Completed, asr, "asr", null, null, 0, null),
        new Agreement(wer, 0, 0, 0, 0, AgreementUnit.Word, []), []);
}
