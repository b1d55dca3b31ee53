using System.Collections.Immutable;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing.Tests;

public class EvidenceTests
{
    private static readonly HearingSettings Settings =
        new HearingPlanner(ConfigStack.Load(Path.Combine(AppContext.BaseDirectory, "hocon"), null, []).Config).Read();

    [Theory]
    // The read-back of the published example.
    [InlineData("I had an auto accident.", "I had otoo accident.", "Got it, you had an auto accident.", "oob an auto")]
    [InlineData("I had otoo accident.", "I had an auto accident.", "Got it, you had an auto accident.", "asr an auto")]
    [InlineData("My name is Dana Whitlock. W-H-I-T-L-O-C-K.", "My name is Dana Whitlock. W H I T L O C.", "Thank you, Dana Whitlock.",
        "oob WHITLOCK")]
    [InlineData("My name is Dana Whitlock.", "My name is Dana Whitlow.", "Thank you, Dana Whitlow.", "asr Dana Whitlow")]
    [InlineData("My name is Dana Whitlock.", "My name is Dana Whitlow.", "Thank you, Dana Whitley.", "neither Dana Whitley")]
    [InlineData("My name is Dana Whitlock.", "My name is Dana Whitlow.", "Is it Dana Whitlock or Dana Whitlow?", "")]
    [InlineData("My name is Dana Whitlock.", "My name is Dana Whitlow.", "Thank you.", "")]
    [InlineData("The policy is ABCD-1234.", "The policy is ABCD-1334.", "I found A B C D one two three four.", "oob ABCD1234")]
    [InlineData("I need fifteen tiles.", "I need fifty tiles.", "Fifty tiles, of course.", "asr 50")]
    [InlineData("A tree broke the window of my garage.", "A tree broke the window.", "So the garage window is broken.", "oob of my garage")]
    [InlineData("A tree broke the window of my garage.", "A tree broke the window.", "So the window is broken.", "")]
    [InlineData("A tree broke the window of my garage.", "A tree broke the window.", "The window of your garage, I see. Of my garage?", "oob of my garage")]
    // Words that everybody says show nothing.
    [InlineData("Please send it to you.", "Please send it.", "I will send it to you.", "")]
    // One character is too little to tell.
    [InlineData("我要去北京", "我要去南京", "好的，去北京。", "")]
    public void What_the_agent_reads_back_supports_a_witness(string oob, string asr, string answer, string expected)
    {
        var tracker = new HearingTracker(Settings, "s-1");
        var (turn, disputes) = Turn(1, oob, asr);
        (tracker, var early) = tracker.With(turn, disputes);
        Assert.Empty(early);
        var (_, decided) = tracker.With(Answer(1, answer));
        Assert.Equal(expected, string.Join("; ", decided.Select(heard => $"{heard.SupportedBy.ToString().ToLowerInvariant()} {heard.Words}")));
    }

    [Fact]
    public void An_answer_that_comes_before_the_turn_is_joined_counts_as_well()
    {
        var (tracker, nothing) = new HearingTracker(Settings, "s-1").With(Answer(1, "Thank you, Dana Whitlock."));
        Assert.Empty(nothing);
        var (turn, disputes) = Turn(1, "I am Dana Whitlock.", "I am Dana Whitlow.");
        Assert.Equal(Witness.Oob, Assert.Single(tracker.With(turn, disputes).Decided).SupportedBy);
    }

    [Fact]
    public void What_the_caller_says_again_weighs_more_than_what_the_agent_understood()
    {
        var (turn, disputes) = Turn(1, "I am Dana Whitlow.", "I am Dana Whitlock.");
        var (tracker, _) = new HearingTracker(Settings, "s-1").With(turn, disputes);
        (tracker, var read) = tracker.With(Answer(1, "Thank you, Dana Whitlow."));
        Assert.Equal(Witness.Oob, Assert.Single(read).SupportedBy);
        Assert.Equal(new(1, 0, 0), tracker.Figures.Decided);

        var (next, none) = Turn(2, "No, not Dana Whitlow, Dana Whitlock with a C K.", "No, not Dana Whitlow, Dana Whitlock with a C K.");
        (tracker, var corrected) = tracker.With(next, none);
        var heard = Assert.Single(corrected);
        Assert.Equal((Witness.Asr, "Dana Whitlock", "caller", 1), (heard.SupportedBy, heard.Words, heard.Source, heard.Turn));
        Assert.Equal(new(0, 1, 0), tracker.Figures.Decided);
    }

    [Fact]
    public void Evidence_is_looked_for_in_the_next_turns_only()
    {
        var (turn, disputes) = Turn(1, "I am Dana Whitlock.", "I am Dana Whitlow.");
        var (tracker, _) = new HearingTracker(Settings, "s-1").With(turn, disputes);
        Assert.NotEmpty(tracker.With(Answer(3, "Thank you, Dana Whitlock.")).Decided);
        Assert.Empty(tracker.With(Answer(4, "Thank you, Dana Whitlock.")).Decided);
    }

    [Fact]
    public void Where_evidence_is_preferred_the_words_that_count_are_corrected()
    {
        var settings = Settings with { Prefer = Preference.Evidence };
        var (turn, disputes) = Turn(1, "I am Dana Whitlow, and I had otoo accident.", "I am Dana Whitlock, and I had an auto accident.");
        var (tracker, _) = new HearingTracker(settings, "s-1").With(turn, disputes);
        var (_, decided) = tracker.With(Answer(1, "Dana Whitlock, you had an auto accident."));
        Assert.Equal("I am Dana Whitlock, and I had an auto accident.", decided[^1].Text);
    }

    private static (TurnJoined Turn, ImmutableArray<Dispute> Disputes) Turn(int number, string oob, string asr)
    {
        var (model, recognized) = (TranscriptSuspicionTests.Oob(oob),
            new AsrTranscript(ResultStatus.Completed, asr, "asr", null, null, 0, null));
        var hearing = TurnHearing.Of(new(model, recognized, TimeSpan.FromSeconds(10), 0.3, [], ""), Settings);
        var turn = new TurnJoined("s-1", number, new ItemId($"i{number}"), "vad", 0, 10_000, model, recognized, hearing.Agreement, hearing.Flags)
        {
            Entities = hearing.Entities, Verdict = hearing.Verdict, Words = hearing.Words, Confidence = hearing.Confidence,
        };
        return (turn, hearing.Disputes);
    }

    private static AssistantReplied Answer(int turn, string text) =>
        new("s-1", new ResponseId($"r{turn}"), turn, null, "completed", text, 1000, null, 0, null);
}
