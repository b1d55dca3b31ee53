using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.OutOfBand;

public class CorrelationTests
{
    [Fact]
    [Trait("Cookbook", "2")]
    [Trait("Cookbook", "3")]
    public void Results_find_their_turn_in_whatever_order_they_come() =>
        ThreeAtWork()
            .Hears(Created("r3", Metadata("i3", 3)), Created("r1", Metadata("i1", 1, 2)), Done("r3", "three"),
            Created("r2", Metadata("i2", 2, 2)), Done("r2", "two"), Done("r1", "one"))
            .Decides("report 3 Completed 'three'", "report 2 Completed 'two'", "report 1 Completed 'one'");

    [Fact]
    public void A_result_says_what_it_took()
    {
        const string Usage = """
            {"input_tokens":1830,"output_tokens":11,"input_token_details":{"text_tokens":1830},"output_token_details":{"text_tokens":11}}
            """;
        var story = new TrackerStory().Turn(1)
            .Hears(Created("r1", Metadata("i1")), Done("r1", "  Hello. \n", usage: Usage));
        var result = Assert.Single(story.Results);
        Assert.Equal(("Hello.", "r1", "full", 1, 0.007496m, null),
            (result.Text, result.ResponseId?.Value, result.Context, result.Attempts, result.CostUsd, result.Error));
        Assert.Equal(RawJson.Parse(Usage), result.Usage);
    }

    [Fact]
    [Trait("Cookbook", "6")]
    public void Silence_is_an_empty_result_with_its_cost()
    {
        var story = new TrackerStory().Turn(1)
            .Hears(Created("r1", Metadata("i1")),
            Done("r1", " \n", usage: """{"input_tokens":1000,"input_token_details":{"text_tokens":1000}}""")).Turn(2);
        story.Decides("send oob_transcription_1_1 of all", "report 1 Empty", "send oob_transcription_2_1 of all");
        Assert.Equal(0.004m, story.Results[0].CostUsd);
    }

    [Theory]
    [InlineData("incomplete", "max_output_tokens", ResultStatus.Incomplete)]
    [InlineData("cancelled", "client_cancelled", ResultStatus.Cancelled)]
    [Trait("Cookbook", "7")]
    public void A_partial_result_keeps_its_status_reason_and_text(string status, string reason, ResultStatus expected) =>
        new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1")), Done("r1", "Hel", status, reason: reason))
        .Decides("send oob_transcription_1_1 of all", $"report 1 {expected} 'Hel' {reason}");

    [Fact]
    [Trait("Cookbook", "7")]
    public void A_failed_result_is_asked_again_once_and_then_told_with_its_reason_and_text() =>
        new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1")), Done("r1", "H", "failed", error: new ErrorDetail("server_error")))
            .Decides("send oob_transcription_1_1 of all", "retry 1 server_error", "send oob_transcription_1_2 of all")
            .Hears(Created("r2", Metadata("i1", 1, 2)), Done("r2", "He", "failed", error: new ErrorDetail("server_error")))
            .Decides("report 1 Failed 'He' server_error");

    [Fact]
    public void A_status_that_nobody_knows_is_a_failure() =>
        new TrackerStory(TrackerStory.Settings with { Retries = 0 }).Turn(1)
        .Hears(Created("r1", Metadata("i1")), Done("r1", "x", "evaporated"))
        .Decides("send oob_transcription_1_1 of all", "report 1 Failed 'x' failed");

    [Fact]
    public void A_result_may_come_without_a_beginning() =>
        new TrackerStory().Turn(1).Hears(Done("r1", "one", metadata: Metadata("i1")))
        .Decides("send oob_transcription_1_1 of all", "report 1 Completed 'one'");

    [Fact]
    public void Repeats_and_strangers_change_nothing() =>
        new TrackerStory().Turn(1).Asks(1, "i1").Decides("send oob_transcription_1_1 of all")
            .Hears(Created("x", new() { ["oob"] = "transcription" }), Created("x", new()), Created("x"), Created("x", Metadata("i9")),
            Created("x", Metadata("i1", 1, 7)), Created("x", Metadata("i1", task: "summary")), Done("x", "foreign"))
            .Hears(Created("r1", Metadata("i1")), Created("r1", Metadata("i1")), Created("r9", Metadata("i1")), Done("r9", "second name"))
            .Decides()
            .Hears(Done("r1", "one"), Done("r1", "again"), Text("r1", "x", "late"), Created("r1", Metadata("i1")),
            Error("late", "oob_transcription_1_1"), Error("nobody", "oob_transcription_9_1")).Asks(1, "i1")
            .Decides("report 1 Completed 'one'");

    [Fact]
    [Trait("Cookbook", "23")]
    public void A_rejected_request_is_asked_again_and_turn_2_is_not_touched() =>
        new TrackerStory().Turn(1).Turn(2)
        .Decides("send oob_transcription_1_1 of all", "send oob_transcription_1_2 of i1", "send oob_transcription_2_1 of all")
            .Hears(Error("server_error", "oob_transcription_1_2")).Decides("retry 1 server_error", "send oob_transcription_1_3 of i1")
            .Hears(Created("r2", Metadata("i2", 2)), Done("r2", "two")).Decides("report 2 Completed 'two'")
            .Hears(Error("server_error", "oob_transcription_1_3")).Decides("report 1 Failed server_error");

    [Fact]
    public void A_request_that_an_error_ended_by_mistake_has_its_result_when_its_response_comes() =>
        new TrackerStory().Turn(1).Hears(Error("server_error", "oob_transcription_1_1"))
            .Decides("send oob_transcription_1_1 of all", "retry 1 server_error", "send oob_transcription_1_2 of all")
            .Hears(Created("r1", Metadata("i1")), Created("r2", Metadata("i1", 1, 2)), Done("r1", "one"))
            .Decides("report 1 Completed 'one'", "cancel r2");

    [Fact]
    public void A_permanent_reason_is_told_at_once() =>
        new TrackerStory().Turn(1).Hears(
        Created("r1", Metadata("i1")), Done("r1", status: "failed", error: new ErrorDetail("insufficient_quota", "insufficient_quota")))
            .Decides("send oob_transcription_1_1 of all", "report 1 Failed insufficient_quota");

    [Fact]
    public void A_rejection_of_an_attempt_that_has_a_successor_does_not_close_what_is_still_at_work() =>
        new TrackerStory().Turn(1).At(5)
        .Decides("send oob_transcription_1_1 of all", "retry 1 no answer", "send oob_transcription_1_2 of all")
            .Hears(Error("server_error", "oob_transcription_1_1")).Decides()
            .Hears(Created("r2", Metadata("i1", 1, 2)), Done("r2", "one")).Decides("report 1 Completed 'one'");

    [Fact]
    public void A_failure_of_an_attempt_that_has_a_successor_does_not_close_what_is_still_at_work() =>
        new TrackerStory().Turn(1).At(5)
        .Decides("send oob_transcription_1_1 of all", "retry 1 no answer", "send oob_transcription_1_2 of all")
            .Hears(Created("r1", Metadata("i1")), Done("r1", status: "failed", error: new ErrorDetail("server_error"))).Decides()
            .Hears(Created("r2", Metadata("i1", 1, 2)), Done("r2", "one")).Decides("report 1 Completed 'one'");

    [Fact]
    [Trait("Cookbook", "26")]
    public void A_newer_turn_voids_every_unread_request_that_names_nothing_also_those_that_were_given_up()
    {
        new TrackerStory().Turn(1).At(5)
            .Decides("send oob_transcription_1_1 of all", "retry 1 no answer", "send oob_transcription_1_2 of all")
            .Hears(Committed("i2")).Decides("send oob_transcription_1_3 of i1")
            .Hears(Created("r1", Metadata("i1")), Created("r2", Metadata("i1", 1, 2)), Done("r1", "two"), Done("r2", "two"))
            .Decides("cancel r1", "cancel r2")
            .Hears(Created("r3", Metadata("i1", 1, 3)), Done("r3", "one")).Decides("report 1 Completed 'one'");
        new TrackerStory().Turn(1).At(15)
            .Decides("send oob_transcription_1_1 of all", "retry 1 no answer", "send oob_transcription_1_2 of all",
            "report 1 TimedOut after 15 s")
            .Hears(Committed("i2"), Created("r1", Metadata("i1")), Done("r1", "two")).Decides("cancel r1");
    }

    [Fact]
    [Trait("Cookbook", "26")]
    public void A_newer_item_voids_what_is_unread_also_where_its_commit_is_not_told() =>
        new TrackerStory().Turn(1).Decides("send oob_transcription_1_1 of all").Hears(Spoken("i2"))
        .Decides("send oob_transcription_1_2 of i1");

    [Fact]
    public void The_first_result_counts_and_the_other_attempt_is_cancelled()
    {
        new TrackerStory().Turn(1).At(5)
            .Decides("send oob_transcription_1_1 of all", "retry 1 no answer", "send oob_transcription_1_2 of all")
            .Hears(Created("r1", Metadata("i1")), Created("r2", Metadata("i1", 1, 2)), Done("r1", "one"))
            .Decides("report 1 Completed 'one'", "cancel r2")
            .Hears(Done("r2", "one again")).Decides();
        var late = new TrackerStory().Turn(1).At(5)
            .Hears(Created("r1", Metadata("i1")), Done("r1", "one"), Created("r2", Metadata("i1", 1, 2)));
        late.Decides("send oob_transcription_1_1 of all", "retry 1 no answer", "send oob_transcription_1_2 of all",
            "report 1 Completed 'one'", "cancel r2");
        Assert.Equal("oob_transcription_1_2_cancel", late.Sent[^1].EventId?.Value);
    }

    [Fact]
    public void Words_that_the_last_event_leaves_out_are_not_lost()
    {
        var story = new TrackerStory().Turn(1)
            .Hears(Created("r1", Metadata("i1")), new OutputTextDone(new("r1"), new("a1"), "What was said."), Done("r1"));
        Assert.Equal((Protocol.Records.ResultStatus.Completed, "What was said."), (story.Results[0].Status, story.Results[0].Text));
    }

    [Fact]
    public void What_an_unanswered_request_costs_is_unknown() =>
    Assert.Null(new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1"))).At(15).Results[0].CostUsd);

    [Fact]
    public void Every_attempt_that_reported_usage_is_paid_for()
    {
        const string Usage = """{"input_tokens":1000,"input_token_details":{"text_tokens":1000}}""";
        var story = new TrackerStory().Turn(1)
            .Hears(Created("r1", Metadata("i1")), Done("r1", status: "failed", error: new ErrorDetail("server_error"), usage: Usage))
            .Hears(Created("r2", Metadata("i1", 1, 2)), Done("r2", "one", usage: Usage));
        Assert.Equal((0.008m, 2), (story.Results[0].CostUsd, story.Results[0].Attempts));
    }

    [Fact]
    public void A_result_without_usage_has_an_unknown_cost_and_a_failure_without_usage_none()
    {
        Assert.Null(new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1")), Done("r1", "one")).Results[0].CostUsd);
        var failed = new TrackerStory().Turn(1)
            .Hears(Created("r1", Metadata("i1")), Done("r1", status: "failed", error: new ErrorDetail("tokens", "insufficient_quota")));
        Assert.Equal(0m, failed.Results[0].CostUsd);
    }

    [Fact]
    public void Without_a_price_the_cost_is_unknown()
    {
        var desk = new Actors.OutOfBand.OutOfBandTracker(TrackerStory.Settings, Shipped.Prices, "new-model").Opened(TimeSpan.Zero).Next;
        desk = desk.Ask(new OutOfBandRequest("transcription", new(1), new("i1"), ""), default).Next;
        desk = desk.On(Committed("i1"), default).Next.On(Added("i1"), default).Next.On(Created("r1", Metadata("i1")), default).Next;
        var report = desk.On(Done("r1", "x", usage: """{"input_tokens":1}"""),
            default).Decisions.OfType<Actors.OutOfBand.OutOfBandDecision.Report>().Single();
        Assert.Null(report.Result.CostUsd);
    }

    private static TrackerStory ThreeAtWork()
    {
        var story = new TrackerStory();
        for (var n = 1; n <= 3; n++) story.Hears(Committed($"i{n}"), Added($"i{n}")).Asks(n, $"i{n}");
        story.Decides(
            "send oob_transcription_1_1 of all", "send oob_transcription_1_2 of i1", "send oob_transcription_2_1 of all",
            "send oob_transcription_2_2 of i1+i2", "send oob_transcription_3_1 of all");
        return story;
    }
}
