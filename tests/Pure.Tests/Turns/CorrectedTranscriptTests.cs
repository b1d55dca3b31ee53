using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

/// <summary>A built-in transcript that failed first and comes after all.</summary>
public class CorrectedTranscriptTests
{
    private const string Usage = """{"type":"tokens","input_tokens":1000,"output_tokens":0,"total_tokens":1000}""";

    [Fact]
    public void It_amends_the_turn_once_with_its_words_and_its_cost()
    {
        var story = new TurnStory().Hears(Committed("i1"), AsrFailed("i1", "x")).Transcribed("i1", "one")
            .Decides("ask 1 i1", "tell 1 i1: one | <Failed x>")
            .At(2).Hears(Asr("i1", "one", Usage)).Decides("amend 1 i1: one | one")
            .Hears(Asr("i1", "two"), AsrFailed("i1", "y")).Decides();
        Assert.IsType<TurnAmended>(story.Records[1]);
        Assert.Equal(0m, story.Records[0].Asr.CostUsd);
        var used = RealtimeAkka.Actors.Ledger.Usage.Read(RawJson.Parse(Usage), RealtimeAkka.Actors.Ledger.Modality.Audio);
        Assert.Equal(Shipped.Prices.Cost("gpt-4o-transcribe", used), story.Records[1].Asr.CostUsd);
        Assert.Equal(2000, story.Records[1].Asr.LatencyMs);
    }

    [Fact]
    public void It_replaces_the_failure_of_a_turn_that_is_not_published_yet() =>
        new TurnStory().Hears(Committed("i1"), AsrFailed("i1", "x"), Asr("i1", "one")).Transcribed("i1", "one")
            .Decides("ask 1 i1", "tell 1 i1: one | one");

    [Fact]
    public void It_replaces_the_failure_of_an_item_that_is_not_committed_yet() =>
        new TurnStory().Hears(Started("i1"), AsrFailed("i1", "x"), Asr("i1", "one"), AsrFailed("i1", "y"), Committed("i1"))
            .Transcribed("i1", "one").Decides("ask 1 i1", "tell 1 i1: one | one");

    [Fact]
    public void It_may_be_without_words() =>
        new TurnStory().Hears(Committed("i1"), AsrFailed("i1", "x")).Transcribed("i1", "one").Hears(Asr("i1", " "))
            .Decides("ask 1 i1", "tell 1 i1: one | <Failed x>", "amend 1 i1: one | <Empty>");

    [Fact]
    public void A_failure_after_the_transcript_changes_nothing() =>
        new TurnStory().Hears(Committed("i1"), Asr("i1", "one"), AsrFailed("i1", "x")).Transcribed("i1", "one")
            .Hears(AsrFailed("i1", "x")).Decides("ask 1 i1", "tell 1 i1: one | one");
}
