using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Socket;

public class EventRouterTests
{
    public static TheoryData<ServerEvent, Recipients> Table => new()
    {
        { new SessionCreated(), Recipients.Socket },
        { new SessionUpdated(), Recipients.Socket },
        { Started("i"), Recipients.Turns },
        { Stopped("i", 1), Recipients.Turns },
        { TimedOut("i"), Recipients.Turns },
        { Committed("i"), Recipients.Turns | Recipients.OutOfBand },
        { Added("i"), Recipients.Turns | Recipients.OutOfBand },
        { ItemDone("i"), Recipients.Turns | Recipients.OutOfBand },
        { Deleted("i"), Recipients.Turns | Recipients.OutOfBand },
        { new ItemTruncated(new ItemId("i")), Recipients.Turns },
        { new AsrDelta(new ItemId("i")), Recipients.None },
        { Asr("i", "x"), Recipients.Turns | Recipients.Ledger },
        { AsrFailed("i", "x"), Recipients.Turns },
        { Created("r"), Recipients.Turns },
        { Done("r"), Recipients.Turns | Recipients.Ledger },
        { Output("r", "a"), Recipients.Turns },
        { new OutputItemDone(new ResponseId("r"), new ConversationItem("message")), Recipients.Turns },
        { new OutputAudioDone(new ResponseId("r"), new ItemId("a")), Recipients.Turns },
        { Sound("r", "a"), Recipients.Turns },
        { new OutputTranscriptDelta(new ResponseId("r"), new ItemId("a"), "x"), Recipients.Turns },
        { new OutputTranscriptDone(new ResponseId("r"), new ItemId("a"), "x"), Recipients.Turns },
        { Text("r", "a", "x"), Recipients.Turns },
        { new OutputTextDone(new ResponseId("r"), new ItemId("a"), "x"), Recipients.Turns },
        { new FunctionCallDone(new ResponseId("r"), "{}"), Recipients.Turns },
        { Error("any"), Recipients.Socket },
        { new RateLimitsUpdated(), Recipients.None },
        { new UnknownEvent("x"), Recipients.None },
        { Created("o", Metadata("i")), Recipients.OutOfBand },
        { Done("o", metadata: Metadata("i")), Recipients.Turns | Recipients.OutOfBand | Recipients.Ledger },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_event_has_its_recipients(ServerEvent e, Recipients to)
    {
        var routed = new EventRouter().Route(e);
        Assert.Equal(to, routed.To);
        Assert.Same(e, routed.Event);
    }

    [Fact]
    public void The_table_above_names_every_event_that_the_codec_understands() =>
        Assert.Equal(
            typeof(ServerEvent).Assembly.GetTypes().Where(t => t.BaseType == typeof(ServerEvent)).Select(t => t.Name).Order(),
            Table.Select(row => ((object[])row)[0].GetType().Name).Distinct().Order());

    [Fact]
    [Trait("Cookbook", "22")]
    public void Nothing_of_an_out_of_band_response_is_ever_played_or_told_as_an_answer()
    {
        var router = new EventRouter();
        router.Route(Created("o", Metadata("i")));
        foreach (var piece in new ServerEvent[]
            { Output("o", "x"), Sound("o", "x"), Text("o", "x", "t"), new OutputAudioDone(new ResponseId("o"), new ItemId("x")),
            new OutputItemDone(new ResponseId("o"), new ConversationItem("message")),
            new OutputTranscriptDelta(new ResponseId("o"), new ItemId("x"), "t") })
        {
            Assert.Equal(Recipients.None, router.Route(piece).To); // the complete text follows
        }
        foreach (var whole in new ServerEvent[]
            { new OutputTextDone(new ResponseId("o"), new ItemId("x"), "t"), new FunctionCallDone(new ResponseId("o"), "{}") })
        {
            Assert.Equal(Recipients.OutOfBand, router.Route(whole).To);
        }
        Assert.Equal(Recipients.OutOfBand | Recipients.Ledger, router.Route(Done("o")).To);
        Assert.Equal(Recipients.None, router.Route(Sound("o", "x")).To); // a late delta
        Assert.Equal(Recipients.Turns, router.Route(Sound("r", "x")).To);
    }

    [Fact]
    public void Other_peoples_metadata_makes_no_response_ours() =>
    Assert.Equal(Recipients.Turns, new EventRouter().Route(Created("r", new() { ["purpose"] = "transcript" })).To);

    [Fact]
    public void A_response_that_only_said_at_its_beginning_what_it_is_is_accounted_for_as_that()
    {
        var router = new EventRouter();
        router.Route(Created("o", Metadata("i")));
        var (to, e) = router.Route(Done("o"));
        Assert.Equal(Recipients.OutOfBand | Recipients.Ledger, to);
        Assert.Equal("transcription", Assert.IsType<ResponseDone>(e).Response.Metadata?["oob"]);
    }

    [Fact]
    public void Words_of_a_response_that_says_only_at_its_end_whose_it_is_are_kept()
    {
        var router = new EventRouter();
        router.Route(new OutputTextDone(new ResponseId("o"), new ItemId("x"), "words"));
        var (to, e) = router.Route(new ResponseDone(new ResponseState(new ResponseId("o"), Status: "completed", Metadata: Metadata("i"))));
        Assert.Equal(Recipients.OutOfBand | Recipients.Ledger | Recipients.Turns, to);
        Assert.Equal("words", Assert.IsType<ResponseDone>(e).Response.Text);
    }

    [Fact]
    public void The_words_of_an_item_stand_for_its_complete_text_where_that_never_came()
    {
        var router = new EventRouter();
        router.Route(Created("o", Metadata("i")));
        var whole = new OutputTextDone(new ResponseId("o"), new ItemId("x"), "words");
        var item = new OutputItemDone(
            new ResponseId("o"), new ConversationItem("message", new ItemId("x"), Content: [new ContentPart("output_text", "words")]));
        Assert.Equal((Recipients.OutOfBand, whole), router.Route(item));

        router.Route(whole);
        Assert.Equal(Recipients.None, router.Route(item).To);
    }

    [Fact]
    public void One_delta_of_a_text_stands_for_many_characters()
    {
        var router = new EventRouter();
        router.Route(Created("o", Metadata("i")));
        var passed = Enumerable.Range(0, 100)
            .Count(_ => router.Route(Text("o", "x", new string('a', 10))).To == Recipients.OutOfBand);
        Assert.Equal(1000 / 400, passed);
    }

    [Fact]
    public void Responses_are_remembered_for_long_but_not_for_ever()
    {
        var router = new EventRouter();
        for (var n = 0; n <= 64; n++) router.Route(Created($"o{n}", Metadata("i")));
        Assert.Equal(Recipients.Turns, router.Route(Sound("o0", "x")).To);
        Assert.Equal(Recipients.None, router.Route(Sound("o1", "x")).To);
        router.Route(Created("o1", Metadata("i"))); // repeated: it is stored only once
        Assert.Equal(Recipients.None, router.Route(Sound("o2", "x")).To);
    }

    [Theory]
    [InlineData("oob_transcription_1_1", Recipients.OutOfBand)]
    [InlineData("oob_summary_7_2_cancel", Recipients.OutOfBand)]
    [InlineData("turn_cancel_r1", Recipients.Turns)]
    [InlineData("somebody_else", Recipients.Socket)]
    public void An_error_with_an_event_id_goes_to_whose_it_is(string id, Recipients to)
    {
        var router = new EventRouter();
        var error = Error("invalid_value", id);
        Assert.Equal(to, router.Route(error).To);
        Assert.Same(error, router.Route(error).Event);
    }

    [Fact]
    [Trait("Cookbook", "23")]
    public void An_error_about_a_refused_field_belongs_to_the_oldest_unanswered_request_with_fields()
    {
        var router = Asking("oob_transcription_1_1", "oob_transcription_2_1", "oob_transcription_3_1");
        router.Route(Created("o1", Metadata("i1", 1)));
        Assert.Equal("oob_transcription_2_1", Owner(router.Route(Error("invalid_value"))));
        Assert.Equal("oob_transcription_3_1", Owner(router.Route(Error("invalid_value"))));
        Assert.Equal(Recipients.Socket, router.Route(Error("invalid_value")).To);
    }

    [Fact]
    public void An_error_of_an_item_that_the_model_lacks_is_for_the_turns_and_for_a_person()
    {
        var router = new EventRouter();
        router.Sent(new CreateItem(ConversationItem.CallOutput("call_1", "{}")) { EventId = new EventId("turn_tool_1") });
        var (to, e) = router.Route(Error("invalid_tool_call_id", message: "Tool call ID 'call_1' not found in conversation."));
        Assert.Equal(Recipients.Turns | Recipients.Socket, to);
        Assert.Equal("turn_tool_1", Assert.IsType<ServerError>(e).Error.EventId);
    }

    [Fact]
    public void A_response_that_says_only_at_its_end_that_it_is_ours_is_no_answer()
    {
        var router = new EventRouter();
        Assert.Equal(Recipients.Turns, router.Route(Created("o")).To);
        Assert.Equal(Recipients.Turns | Recipients.OutOfBand | Recipients.Ledger, router.Route(Done("o", metadata: Metadata("i"))).To);
        Assert.Equal(Recipients.None, router.Route(Sound("o", "x")).To);
        Assert.Equal(Recipients.OutOfBand | Recipients.Ledger, router.Route(Done("o", metadata: Metadata("i"))).To);
    }

    [Fact]
    public void A_named_error_is_the_end_of_that_request_and_of_no_other()
    {
        var router = Asking("oob_transcription_1_1", "oob_transcription_2_1");
        router.Route(Error("invalid_value", "oob_transcription_1_1"));
        Assert.Equal("oob_transcription_2_1", Owner(router.Route(Error("invalid_value"))));
    }

    [Fact]
    public void An_error_of_the_server_itself_belongs_to_nobodys_request() =>
    Assert.Equal(Recipients.Socket, Asking("oob_transcription_1_1").Route(Error(null, type: "server_error")).To);

    [Fact]
    [Trait("Cookbook", "25")]
    public void While_the_session_update_is_unanswered_errors_are_about_it()
    {
        var router = Asking("oob_transcription_1_1");
        router.Sent(new SessionUpdate(new SessionConfig("realtime", null, null, null)) { EventId = new EventId("session_1") });
        Assert.Equal(Recipients.Socket, router.Route(Error("unknown_parameter")).To);
        Assert.Equal(Recipients.Socket, router.Route(Error("unknown_parameter", "session_1")).To);
        router.Route(new SessionUpdated());
        Assert.Equal(Recipients.OutOfBand, router.Route(Error("unknown_parameter")).To);
    }

    [Theory]
    [InlineData("session_expired")]
    [InlineData("invalid_api_key")]
    public void The_end_of_the_session_is_the_sockets_business(string code) =>
    Assert.Equal(Recipients.Socket, Asking("oob_transcription_1_1").Route(Error(code)).To);

    [Fact]
    public void The_conversations_own_answer_is_no_request_of_the_desk()
    {
        var router = new EventRouter();
        router.Sent(new CreateResponse { EventId = new EventId("x") });
        Assert.Equal(Recipients.Socket, router.Route(Error("invalid_value")).To);
    }

    [Fact]
    public void The_socket_hears_of_responses_that_fail_in_a_row_and_of_no_others()
    {
        var router = new EventRouter();
        var failed = Done("r", status: "failed", error: new ErrorDetail("server_error"));
        var limited = Done("r", status: "failed", error: new ErrorDetail("tokens", "rate_limit_exceeded"));
        ServerEvent[] answers = [failed, failed, Done("r", "Hello."), failed, failed, limited, failed, failed, failed, failed];
        Assert.Equal([.. Enumerable.Repeat(false, 8), true, true], answers.Select(e => router.Route(e).To.HasFlag(Recipients.Socket)));
    }

    private static EventRouter Asking(params string[] ids)
    {
        var router = new EventRouter();
        foreach (var id in ids)
            router.Sent(new CreateResponse(new ResponseRequest(Metadata: new Dictionary<string, string>())) { EventId = new EventId(id) });
        return router;
    }

    private static string? Owner((Recipients To, ServerEvent Event) routed)
    {
        Assert.Equal(Recipients.OutOfBand, routed.To);
        return ((ServerError)routed.Event).Error.EventId;
    }
}
