using System.Buffers;
using System.Text;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.OutOfBand;

public class TaskRequestTests
{
    private static readonly JsonSchema Number =
        JsonSchema.Parse("""{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}""");

    private static OutOfBandRequest Structured(OutOfBandRequest request) => request with { Result = Number };

    private static TrackerStory Policy(Func<OutOfBandRequest, OutOfBandRequest>? with = null) =>
        new TrackerStory().Hears(Committed("i1"), Added("i1"))
        .Asks(1, "i1", "policy", with: request => with is null ? Structured(request) : with(Structured(request)))
            .Hears(Created("r1", Metadata("i1", task: "policy")))
            .Decides(with is null || with(Structured(Plain)).Given is null ? "send oob_policy_1_1 of all" : "send oob_policy_1_1 of i1+");

    private static readonly OutOfBandRequest Plain = new("policy", new TurnNumber(1), new ItemId("i1"), "Write down what was said.");

    [Fact]
    public void A_structured_result_is_asked_for_by_one_forced_function() =>
        Assert.Equal(
            """{"type":"response.create","response":{"conversation":"none","output_modalities":["text"],"instructions":"Write down what was said." """.TrimEnd()
            + ""","tools":[{"name":"report_policy","description":"Reports the result. Call it once, with everything in it.","parameters":{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}},"type":"function"}]"""
            + ""","tool_choice":{"type":"function","name":"report_policy"},"metadata":{"oob":"policy","item_id":"i1","turn":"1","attempt":"1"}},"event_id":"oob_policy_1_1"}""",
            Frame(Policy().Sent[0]));

    [Fact]
    public void Without_the_conversation_only_what_is_given_is_shown() =>
        Assert.EndsWith(
            ""","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Read this."}]}]},"event_id":"oob_policy_1_1"}""",
            Frame(Assert.Single(
            new TrackerStory().Asks(1, "i1", "policy",
            with: r => r with { Context = new ContextScope.None(), Given = "Read this." }).Sent)), StringComparison.Ordinal);

    [Fact]
    public void What_is_given_stands_after_the_items_which_are_then_named() =>
        Assert.EndsWith(
            ""","input":[{"type":"item_reference","id":"i1"},{"type":"message","role":"user","content":[{"type":"input_text","text":"Read this."}]}]},"event_id":"oob_policy_1_1"}""",
            Frame(Assert.Single(new TrackerStory().Hears(Committed("i1"), Added("i1"))
            .Asks(1, "i1", "policy", with: r => r with { Given = "Read this." }).Sent)), StringComparison.Ordinal);

    [Fact]
    public void A_valid_answer_is_the_result_with_its_value()
    {
        var story = Policy().Hears(Called("r1", """ {"n": 7} """)).Decides("""report 1 Completed '{"n": 7}'""");
        Assert.Equal(7, story.Results[0].Value?.GetProperty("n").GetInt32());
    }

    [Fact]
    public void An_answer_in_words_counts_where_it_is_valid_all_the_same() =>
        Assert.NotNull(Policy().Hears(Done("r1", """{"n":7}""")).Results[0].Value);

    [Fact]
    public void A_server_that_leaves_the_call_out_of_its_last_word_has_said_it_before() =>
        Assert.NotNull(Policy().Hears(new FunctionCallDone(new ResponseId("r1"), """{"n":7}"""), Done("r1")).Results[0].Value);

    [Theory]
    [InlineData("""{"n":"seven"}""", "$.n is a string; it must be integer.")]
    [InlineData("""{}""", "$.n is missing.")]
    [InlineData("""{"n":""", "$ is no JSON: ")]
    public void An_invalid_answer_is_asked_again_once_with_the_reason(string answer, string reason)
    {
        var story = Policy().Hears(Called("r1", answer));
        Assert.Contains($"Your last answer was refused: {reason}",
            story.Sent[^1] is CreateResponse { Response.Input: [_, { Content: [{ Text: { } words }] }] } ? words : "",
            StringComparison.Ordinal);
        Assert.Equal("oob_policy_1_2", story.Sent[^1].EventId?.Value);

        story.Hears(Created("r2", Metadata("i1", 1, 2, "policy")), Called("r2", """{"n":7}"""));
        Assert.Equal((Protocol.Records.ResultStatus.Completed, 2), (story.Results.Single().Status, story.Results[0].Attempts));
    }

    [Fact]
    public void What_never_validates_is_a_failure_with_the_reason_and_what_came()
    {
        var result = Policy().Hears(Called("r1", "{}"), Created("r2", Metadata("i1", 1, 2, "policy")),
            Called("r2", """{"n":1.5}""")).Results.Single();
        Assert.Equal((Protocol.Records.ResultStatus.Failed, "invalid: $.n is a number; it must be integer.", """{"n":1.5}""", null),
            (result.Status, result.Error, result.Text, result.Value?.ToString()));
    }

    [Fact]
    public void A_megabyte_is_no_result_and_is_not_asked_for_again()
    {
        var result = Policy().Hears(Called("r1", $$"""{"n":7,"x":"{{new string('x', 1_000_000)}}"}""")).Results.Single();
        Assert.Equal((Protocol.Records.ResultStatus.Failed, "too_large: 1000014 characters, at most 65536"), (result.Status, result.Error));
        Assert.InRange(result.Text!.Length, 1, 2100);
    }

    [Fact]
    public void The_costs_of_a_repair_are_in_the_result()
    {
        const string Usage = """{"input_tokens":1000,"input_token_details":{"text_tokens":1000}}""";
        var story = Policy().Hears(Called("r1", "{}", usage: Usage), Created("r2", Metadata("i1", 1, 2, "policy")),
            Called("r2", """{"n":7}""", usage: Usage));
        Assert.Equal(0.008m, story.Results.Single().CostUsd);
    }

    [Fact]
    public void Hanging_tasks_take_no_place_from_a_transcript()
    {
        var story = new TrackerStory(TrackerStory.Settings with
            { MaxInFlight = 1, TasksInFlight = 2, Context = new ContextScope.Last(1) }).Hears(Committed("i1"), Added("i1"));
        for (var task = 1; task <= 5; task++) story.Asks(1, "i1", $"hanging-{task}");
        story.Decides("send oob_hanging-1_1_1 of i1", "send oob_hanging-2_1_1 of i1").Asks(1, "i1")
            .Decides("send oob_transcription_1_1 of i1");
    }

    [Fact]
    public void A_flood_of_tasks_is_refused_and_fills_no_place_of_a_transcript()
    {
        var story = new TrackerStory(TrackerStory.Settings with { Queue = 2, TasksInFlight = 1, Context = new ContextScope.Last(1) }).Hears(
            Committed("i1"), Added("i1"));
        for (var n = 1; n <= 1000; n++) story.Asks(1, "i1", $"flood-{n}");
        Assert.Equal(997, story.Results.Count(r => r is { Status: Protocol.Records.ResultStatus.Failed, Error: "queue_full" }));
        Assert.Single(story.Sent);
        story.Asks(1, "i1");
        Assert.Equal("oob_transcription_1_1", story.Sent[^1].EventId?.Value);
    }

    [Fact]
    public void A_task_has_its_own_time_and_what_it_left_at_the_server_is_cancelled() =>
        Policy(r => r with { Timeout = Seconds(3), Retries = 0 }).At(2.9).Decides().At(3)
        .Decides("report 1 TimedOut after 3 s", "cancel r1")
            .Hears(Called("r1", """{"n":7}""")).Decides();

    [Fact]
    public void Among_tasks_the_smaller_priority_goes_first() =>
        new TrackerStory(TrackerStory.Settings with { TasksInFlight = 1, Context = new ContextScope.Last(1) }).Hears(
        Committed("i1"), Added("i1"))
            .Asks(1, "i1", "first").Asks(1, "i1", "late", with: r => r with { Priority = 9 })
            .Asks(1, "i1", "early", with: r => r with { Priority = 1 })
            .Hears(Created("r1", Metadata("i1", task: "first")), Done("r1", "x"))
            .Decides("send oob_first_1_1 of i1", "report 1 Completed 'x'", "send oob_early_1_1 of i1");

    [Fact]
    public void A_task_that_has_spent_its_share_is_disabled_and_the_others_go_on() =>
        Policy(r => r with { LimitUsd = 0.004m })
        .Hears(Called("r1", """{"n":7}""", usage: """{"input_tokens":1000,"input_token_details":{"text_tokens":1000}}"""))
            .Hears(Committed("i2", "i1"), Added("i2", after: "i1"))
            .Asks(2, "i2", "policy", with: r => r with { LimitUsd = 0.004m }).Asks(2, "i2")
            .Decides("""report 1 Completed '{"n":7}'""", "report 2 Disabled budget_share", "send oob_transcription_2_1 of all");

    [Fact]
    public void A_task_may_be_asked_again_once_it_has_its_answer() =>
        Policy().Asks(1, "i1", "policy", again: true, with: Structured).Decides()
            .Hears(Called("r1", """{"n":7}""")).Asks(1, "i1", "policy", with: Structured).Decides("""report 1 Completed '{"n":7}'""")
            .Asks(1, "i1", "policy", again: true, with: Structured).Decides("send oob_policy_1_2 of all");

    [Fact]
    public void A_tight_budget_narrows_what_a_task_sees_but_for_one_that_sees_nothing() =>
        new TrackerStory().Hears(Committed("i1"), Added("i1"), Committed("i2", "i1"), Added("i2", after: "i1"))
        .Limits(new ContextScope.Last(1))
            .Asks(2, "i2", "wide", with: r => r with { Context = new ContextScope.Last(5) })
            .Asks(2, "i2", "blind", with: r => r with { Context = new ContextScope.None() })
            .Decides("send oob_wide_2_1 of i2", "send oob_blind_2_1 of ");

    [Fact]
    public void A_tight_budget_widens_nothing() =>
        new TrackerStory().Hears(Committed("i1"), Added("i1"), Committed("i2", "i1"), Added("i2", after: "i1"))
        .Limits(new ContextScope.Last(5))
            .Asks(2, "i2", "narrow", with: r => r with { Context = new ContextScope.Last(1) }).Decides("send oob_narrow_2_1 of i2");

    [Fact]
    public void A_task_outlives_its_connection_and_is_asked_again_about_what_the_new_one_was_told() =>
        Policy(r => r with { Given = "x" }).Asks(1, "i1").Loses()
        .Decides("send oob_transcription_1_1 of all", "report 1 Failed connection_lost")
            .Asks(2, "i2", "late").Decides()
            .Opens().Hears(Added("n1"), Added("n2", "user", "n1")).Decides().At(1)
            .Decides("send oob_policy_1_2 of n1+n2+", "send oob_late_2_1 of all")
            .Hears(Created("r9", Metadata("i1", 1, 2, "policy")), Called("r9", """{"n":7}""")).Decides("""report 1 Completed '{"n":7}'""");

    [Fact]
    public void A_task_that_waits_for_a_connection_has_no_more_time_than_any_other() =>
        Policy(r => r with { Timeout = Seconds(3) }).Loses().At(3).Decides("report 1 TimedOut after 3 s").Opens().Hears(Added("n1"))
        .Decides();

    [Fact]
    public void When_no_connection_will_come_any_more_tasks_are_told_so() =>
        Policy().Loses().Decides().Disconnects().Decides("report 1 Failed connection_lost").Asks(2, "i2", "late")
        .Decides("report 2 Failed no_connection");

    private static string Frame(ClientEvent e)
    {
        var output = new ArrayBufferWriter<byte>();
        RealtimeCodec.Encode(e, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
