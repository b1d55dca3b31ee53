using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Hearing;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

public class SuspectTurnTests
{
    private static TurnStory Story(SuspectPolicy on = SuspectPolicy.Flag) =>
        new(TurnStory.Settings with { Hearing = new() { OnSuspect = on } }, Shipped.Prices);

    private static TurnStory Spoken(SuspectPolicy on = SuspectPolicy.Flag) =>
        Story(on).Hears(Started("i1", 0), Stopped("i1", 2000), Committed("i1"), Asr("i1", "hello there"));

    [Fact]
    public void A_transcript_that_looks_made_up_is_flagged_and_told_as_it_is()
    {
        var turn = Spoken().Transcribed("i1", "User: hello there").Records.Single();
        Assert.Equal(["labelled"], turn.Flags);
        Assert.Equal("User: hello there", turn.Words);
    }

    [Fact]
    public void What_the_assistant_said_before_the_turn_or_after_it_is_remembered()
    {
        var story = Story().Hears(Done("r1", "May I have your policy number, please?"), Committed("i1"),
            Done("r2", "I am sorry to hear that, Dana."), Asr("i1", "yes"));
        Assert.Equal(["like_assistant"], story.Transcribed("i1", "May I have your policy number, please?").Records[0].Flags);
        story.Hears(Committed("i2"), Asr("i2", "no")).Transcribed("i2", "I am sorry to hear that.");
        story.Hears(Done("r3", "x"), Done("r4", "y"), Committed("i3"), Asr("i3", "no")).Transcribed("i3", "I am sorry to hear that, Dana.");
        Assert.Equal(["like_assistant", ""], story.Records.Skip(1).Select(turn => string.Join(',', turn.Flags)));
    }

    [Fact]
    public void Words_over_silence_are_flagged_once_the_sound_was_measured()
    {
        var story = Story().Hears(Started("i1", 0)).Sounded("i1", 0.0001).Hears(Stopped("i1", 2000), Committed("i1"), Asr("i1", ""))
            .Transcribed("i1", "Thank you for watching.");
        Assert.Equal(["no_speech_energy"], story.Records[0].Flags);
    }

    [Fact]
    public void On_retry_it_is_asked_again_once_before_the_turn_is_told()
    {
        var story = Spoken(SuspectPolicy.Retry).Decides("ask 1 i1").Transcribed("i1", "User: hello there").Decides("ask 1 i1 again")
            .Transcribed("i1", "hello there");
        Assert.Equal(["transcribed_again"], story.Records.Single().Flags);
        Assert.Equal("hello there", story.Records[0].Oob.Text);
    }

    [Fact]
    public void A_second_one_that_looks_made_up_too_is_told_with_its_flags() =>
        Assert.Equal(["labelled", "transcribed_again"],
        Spoken(SuspectPolicy.Retry).Transcribed("i1", "User: hello there").Transcribed("i1", "Caller: hello").Records.Single().Flags);

    [Fact]
    public void A_second_try_that_comes_to_nothing_leaves_the_first()
    {
        var turn = Spoken(SuspectPolicy.Retry).Transcribed("i1", "User: hello there")
            .Transcribed("i1", null, ResultStatus.TimedOut, "after 15 s").Records.Single();
        Assert.Equal((ResultStatus.Completed, "User: hello there"), (turn.Oob.Status, turn.Oob.Text));
        Assert.Equal(["labelled", "transcribed_again"], turn.Flags);
    }

    [Fact]
    public void The_next_turn_waits_no_longer_than_for_any_other_open_one() =>
        Spoken(SuspectPolicy.Retry).Transcribed("i1", "User: hello there").Hears(Committed("i2"), Asr("i2", "two")).Transcribed("i2", "two")
        .Decides("ask 1 i1", "ask 1 i1 again", "ask 2 i2")
            .Transcribed("i1", "hello there").Decides("tell 1 i1: hello there | hello there", "tell 2 i2: two | two");

    [Fact]
    public void Where_the_ASR_is_preferred_its_words_count_and_the_flag_says_so()
    {
        var turn = Spoken(SuspectPolicy.PreferAsr).Transcribed("i1", "User: hello there").Records.Single();
        Assert.Equal(["labelled", "asr_preferred"], turn.Flags);
        Assert.Equal("hello there", turn.Words);
        Assert.Empty(Spoken(SuspectPolicy.PreferAsr).Transcribed("i1", "hello there").Records.Single().Flags);
    }

    [Fact]
    public void The_prompts_version_stands_in_the_record() =>
        Assert.Matches("^[0-9a-f]{12}$", Prompt.Of("x").Hash);
}
