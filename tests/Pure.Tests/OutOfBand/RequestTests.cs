using System.Buffers;
using System.Text;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.OutOfBand;

public class RequestTests
{
    private const string Head =
        """{"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"instructions":"Write down what was said.","tools":[],"tool_choice":"none" """;

    [Fact]
    [Trait("Cookbook", "1")]
    [Trait("Cookbook", "27")]
    public void The_newest_turn_is_asked_about_without_input_and_with_the_sessions_tools_cleared() =>
        Assert.Equal(
            Head.TrimEnd()
            + ""","metadata":{"oob":"transcription","item_id":"i1","turn":"1","attempt":"1"}},"event_id":"oob_transcription_1_1"}""",
            Frame(new TrackerStory().Hears(Committed("i1")).Asks(1, "i1")));

    [Fact]
    [Trait("Cookbook", "26")]
    public void An_older_turn_is_asked_about_by_name() =>
        Assert.Equal(
            Head.TrimEnd()
            + ""","metadata":{"oob":"transcription","item_id":"i1","turn":"1","attempt":"1"},"input":[{"type":"item_reference","id":"i1"}]},"event_id":"oob_transcription_1_1"}""",
            Frame(new TrackerStory().Hears(Committed("i1"), Added("i1"), Committed("i2", "i1")).Asks(1, "i1")));

    [Fact]
    [Trait("Cookbook", "1")]
    public void Where_items_are_named_nothing_is_sent_before_they_are_added()
    {
        new TrackerStory(TrackerStory.Settings with { Context = new ContextScope.Last(1) })
            .Hears(Committed("i1")).Asks(1, "i1").Decides()
            .Hears(Added("i1")).Decides("send oob_transcription_1_1 of i1");
        new TrackerStory().Hears(Committed("i1"), Committed("i2", "i1")).Asks(1, "i1").Decides()
            .Hears(Added("i1")).Decides("send oob_transcription_1_1 of i1");
    }

    [Fact]
    [Trait("Cookbook", "17")]
    public void An_item_that_is_done_is_as_good_as_added() =>
        new TrackerStory(TrackerStory.Settings with { Context = new ContextScope.Last(1) }).Hears(Committed("i1")).Asks(1, "i1")
        .Hears(ItemDone("i1"), Added("i1")).Decides("send oob_transcription_1_1 of i1");

    [Theory]
    [InlineData("full", "all")]
    [InlineData("last", "i3")]
    [InlineData("last:2", "i2+a2+i3")]
    [InlineData("last:9", "i1+a1+i2+a2+i3")]
    public void The_context_decides_what_is_shown_of_the_newest_turn(string scope, string shown) =>
    AsksAbout(3, scope, $"send oob_transcription_3_1 of {shown}");

    [Theory]
    [InlineData("full", "i1+a1+i2")]
    [InlineData("last", "i2")]
    [InlineData("last:2", "i1+a1+i2")]
    public void Nothing_newer_than_its_own_item_is_shown_of_an_older_turn(string scope, string shown) =>
    AsksAbout(2, scope, $"send oob_transcription_2_1 of {shown}");

    [Fact]
    [Trait("Cookbook", "26")]
    public void A_newer_commit_before_the_server_has_begun_makes_the_request_void_and_it_is_asked_again_by_name() =>
        new TrackerStory()
            .Hears(Committed("i1")).Asks(1, "i1").Decides("send oob_transcription_1_1 of all")
            .Hears(Added("i1"), Committed("i2", "i1")).Decides("send oob_transcription_1_2 of i1")
            .Hears(Created("r1", Metadata("i1", 1, 1))).Decides("cancel r1")
            .Hears(Created("r2", Metadata("i1", 1, 2)), Done("r1", "what turn 2 said")).Decides()
            .Hears(Done("r2", "what turn 1 said")).Decides("report 1 Completed 'what turn 1 said'");

    [Fact]
    [Trait("Cookbook", "26")]
    public void Where_the_overtaken_item_is_not_added_yet_the_second_request_waits_for_it() =>
        new TrackerStory().Hears(Committed("i1")).Asks(1, "i1").Hears(Committed("i2", "i1")).Decides("send oob_transcription_1_1 of all")
        .Hears(Added("i1", after: null)).Decides("send oob_transcription_1_2 of i1");

    [Fact]
    public void A_newer_commit_after_the_server_has_begun_changes_nothing() =>
        new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1")), Committed("i2", "i1")).Decides("send oob_transcription_1_1 of all")
        .Hears(Done("r1", "one")).Decides("report 1 Completed 'one'");

    [Fact]
    public void A_commit_that_is_told_again_overtakes_nothing() =>
        new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1")), Done("r1", "one")).Turn(2)
        .Decides("send oob_transcription_1_1 of all", "report 1 Completed 'one'", "send oob_transcription_2_1 of all")
            .Hears(Committed("i1"), Committed("i2")).Decides();

    [Fact]
    public void A_request_by_name_is_not_overtaken() =>
        new TrackerStory(TrackerStory.Settings with { Context = new ContextScope.Last(1) }).Turn(1).Hears(Committed("i2", "i1"))
        .Decides("send oob_transcription_1_1 of i1");

    private static void AsksAbout(int turn, string scope, string expected) =>
        new TrackerStory(TrackerStory.Settings with { Context = ContextScope.Parse(scope)! })
            .Hears(Committed("i1"), Added("i1"), Added("a1", "assistant", "i1"), Committed("i2", "a1"), Added("i2", after: "a1"),
            Added("a2", "assistant", "i2"), Committed("i3", "a2"), Added("i3", after: "a2"))
            .Asks(turn, $"i{turn}").Decides(expected);

    private static string Frame(TrackerStory story)
    {
        var output = new ArrayBufferWriter<byte>();
        RealtimeCodec.Encode(Assert.Single(story.Sent), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
