using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

/// <summary>A connection that breaks during a conversation, and the next one, on which the audio is sent again.</summary>
public class ReconnectTests
{
    [Fact]
    public void A_turn_that_was_open_is_heard_again_and_keeps_its_number() =>
        new TurnStory().Hears(Started("i1", 1000), Stopped("i1", 2000), Committed("i1"), Asr("i1", "one")).Transcribed("i1", "One.")
            .Hears(Started("i2", 4000), Stopped("i2", 5000), Committed("i2"))
            .Decides("ask 1 i1", "tell 1 i1: One. | one", "ask 2 i2")
            .Holds().Transcribed("i2", null, ResultStatus.Failed, "connection_lost").Decides()
            .Resumes(3960).Decides()
            .Hears(Started("x1", 40), Stopped("x1", 1040), Committed("x1"), Asr("x1", "two")).Transcribed("x1", "Two.")
            .Decides("ask 2 x1", "tell 2 x1: Two. | two");

    [Fact]
    public void Places_are_told_on_the_clock_of_the_session_not_of_the_connection()
    {
        var story = new TurnStory().Hears(Started("i1", 4000)).Holds().Resumes(3960)
            .Hears(Started("x1", 40), Stopped("x1", 1040), Committed("x1"), Asr("x1", "one")).Transcribed("x1", "One.");
        Assert.Equal((4000, 5000), (story.Records[0].AudioStartMs, story.Records[0].AudioEndMs));
    }

    [Fact]
    public void Several_open_turns_are_heard_again_in_their_order() =>
        new TurnStory().Hears(Started("i1", 0), Stopped("i1", 900), Committed("i1"), Started("i2", 1500), Stopped("i2", 2500),
        Committed("i2"), Asr("i2", "two")).Transcribed("i2", "Two.")
            .Decides("ask 1 i1", "ask 2 i2")
            .Holds().Resumes(0)
            .Hears(Committed("x1"), Committed("x2"), Asr("x2", "two"), Asr("x1", "one")).Transcribed("x2", "Two.").Transcribed("x1", "One.")
            .Decides("ask 1 x1", "ask 2 x2", "tell 1 x1: One. | one", "tell 2 x2: Two. | two");

    [Fact]
    public void A_turn_whose_sound_is_gone_is_told_as_it_is_and_the_next_is_heard_again() =>
        new TurnStory().Hears(Started("i1", 0), Stopped("i1", 900), Committed("i1"), Asr("i1", "one"), Started("i2", 60_000),
        Stopped("i2", 70_000), Committed("i2"))
            .Decides("ask 1 i1", "ask 2 i2")
            .Holds().Transcribed("i1", null, ResultStatus.Failed, "connection_lost")
            .Transcribed("i2", null, ResultStatus.Failed, "connection_lost")
            .Resumes(15_000).Decides("tell 1 i1: <Failed connection_lost> | one")
            .Hears(Committed("x2")).Decides("ask 2 x2");

    [Fact]
    public void A_turn_of_whose_sound_the_end_is_left_is_heard_again_from_there() =>
        new TurnStory().Hears(Started("i1", 0), Stopped("i1", 80_000), Committed("i1")).Decides("ask 1 i1").Holds().Resumes(20_000)
        .Hears(Committed("x1")).Decides("ask 1 x1");

    [Fact]
    public void While_there_is_no_connection_nothing_is_overdue()
    {
        var story = new TurnStory().Hears(Started("i1", 0), Stopped("i1", 900), Committed("i1")).Decides("ask 1 i1").Holds().At(100)
            .Decides();
        Assert.Null(story.Join.NextDue(default));
        Assert.True(story.Join.IsSpeaking);
        Assert.Equal(1, story.Join.OpenTurns);
    }

    [Fact]
    public void When_no_connection_comes_the_turns_are_told_with_what_is_known() =>
        new TurnStory().Hears(Started("i1", 0), Stopped("i1", 900), Committed("i1"), Asr("i1", "one"), Committed("i2"))
            .Holds().Transcribed("i1", null, ResultStatus.Failed, "connection_lost")
            .Transcribed("i2", null, ResultStatus.Failed, "connection_lost").Decides("ask 1 i1", "ask 2 i2")
            .Disconnects().Decides("tell 1 i1: <Failed connection_lost> | one",
            "tell 2 i2: <Failed connection_lost> | <Failed connection_lost>");

    [Fact]
    public void The_names_of_the_old_connection_are_void() =>
        new TurnStory().Hears(Started("i1", 0), Stopped("i1", 900), Committed("i1"), Asr("i1", "one"))
        .Transcribed("i1", null, ResultStatus.TimedOut).Decides("ask 1 i1", "tell 1 i1: <TimedOut> | one")
            .Holds().Resumes(900)
            .Hears(Committed("i1"), Asr("i1", "another")).Transcribed("i1", "Another.")
            .Decides("ask 2 i1", "tell 2 i1: Another. | another");

    [Fact]
    public void Sound_is_needed_from_the_oldest_turn_that_is_not_told_or_from_where_somebody_speaks()
    {
        var story = new TurnStory().Needs(0, quiet: true).Hears(Started("i1", 1000)).Needs(1000).Hears(Stopped("i1", 2000), Committed("i1"))
            .Needs(1000)
            .Hears(Started("i2", 2500)).Needs(1000).Transcribed("i1", "One.").Needs(1000).Hears(Asr("i1", "one")).Needs(2500)
            .Hears(Stopped("i2", 3500), Committed("i2"), Asr("i2", "two")).Transcribed("i2", "Two.").Needs(3500, quiet: true);
        story.Holds().Resumes(3500).Needs(3500, quiet: true).Hears(Started("x3", 500)).Needs(4000);
    }

    [Fact]
    public void A_turn_whose_end_was_never_reported_keeps_its_number_when_its_words_are_sent_again() =>
        new TurnStory().Hears(Started("i1", 100), Committed("i1")).Decides("ask 1 i1").Holds().Resumes(300)
            .Hears(Started("x1", 0), Stopped("x1", 900), Committed("x1"))
            .Decides("ask 1 x1");

    [Fact]
    public void A_turn_whose_start_was_never_reported_is_not_sent_again_either() =>
        new TurnStory().Hears(Stopped("i1", 2000), Committed("i1"), Asr("i1", "one")).Needs(0).Transcribed("i1", "One.")
            .Needs(2000, quiet: true);

    [Fact]
    [Trait("Cookbook", "16")]
    public void Manual_turns_lie_between_the_commits()
    {
        var story = new TurnStory().Commits(2000).Commits(5000).Hears(Committed("i1")).Needs(0).Hears(Asr("i1", "one"))
            .Transcribed("i1", "One.").Needs(2000, quiet: true)
            .Hears(Committed("i2")).Needs(2000).Decides("ask 1 i1", "tell 1 i1: One. | one", "ask 2 i2");
        Assert.Equal((0, 2000), (story.Records[0].AudioStartMs, story.Records[0].AudioEndMs));

        story.Holds().Resumes(2000).Commits(5000).Hears(Committed("x2"), Asr("x2", "two")).Transcribed("x2", "Two.")
            .Decides("ask 2 x2", "tell 2 x2: Two. | two").Needs(5000, quiet: true);
        Assert.Equal((2000, 5000), (story.Records[1].AudioStartMs, story.Records[1].AudioEndMs));
    }

    [Fact]
    public void A_commit_that_the_server_refuses_ends_no_turn() =>
        new TurnStory().Commits(50).Commits(4000).Hears(Error("input_audio_buffer_commit_empty"), Committed("i1"), Asr("i1", "one"))
        .Transcribed("i1", "One.").Needs(4000, quiet: true);

    [Fact]
    public void Places_that_no_clock_can_show_do_no_harm()
    {
        var story = new TurnStory().Hears(Started("i1", long.MaxValue), Stopped("i1", long.MinValue), Committed("i1")).Holds()
            .Transcribed("i1", null, ResultStatus.Failed, "connection_lost").Resumes(long.MaxValue)
            .Hears(Started("x1", long.MaxValue), Stopped("x1", long.MaxValue), Committed("x1"), Asr("x1", "one")).Transcribed("x1", "One.");
        Assert.Equal("One.", story.Records[^1].Oob.Text);
    }
}
