using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Socket;

/// <summary>Whose error an error without an event id is. The texts are those of the service and of public reports.</summary>
public class ErrorOwnerTests
{
    private const string Invalid = "invalid_request_error";

    private static readonly (string Id, ClientEvent Request)[] All =
    [
        ("session_1", new SessionUpdate(new SessionConfig("realtime", null, null, null))),
        ("turn_commit_1", new CommitAudio()),
        ("turn_tool_1", new CreateItem(ConversationItem.CallOutput("call_1", "{}"))),
        ("turn_truncate_r1", new TruncateItem(new ItemId("item_1"), 0, 6185)),
        ("turn_delete_r2", new DeleteItem(new ItemId("item_2"))),
        ("turn_cancel_r3", new CancelResponse(new ResponseId("resp_3"))),
        ("turn_answer_1", new CreateResponse()),
        ("oob_transcription_1_1", new CreateResponse(new ResponseRequest(Conversation: "none", Metadata: Metadata("i1")))),
    ];

    public static TheoryData<string?, string?, string?, string?, string?> Table => new()
    {
        // type, code, message, param, the request that it is about; null: nobody's
        { Invalid, null, "Conversation already has an active response", null, "turn_answer_1" },
        { Invalid, "conversation_already_has_active_response",
            "Conversation already has an active response in progress: resp_C4. Wait until the response is finished before creating a new one.",
            null, "turn_answer_1" },
        { Invalid, "conversation_already_has_active_response", null, null, "turn_answer_1" },
        { Invalid, "response_cancel_not_active", "Cancellation failed: no active response found", null, "turn_cancel_r3" },
        { Invalid, null, "Cancellation failed: no active response found", null, "turn_cancel_r3" },
        { Invalid, null, "Invalid value.", "response_id", "turn_cancel_r3" },
        { Invalid, "input_audio_buffer_commit_empty",
            "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has 0.00ms of audio.",
            null, "turn_commit_1" },
        { Invalid, null, "Error committing input audio buffer: the buffer is empty.", null, "turn_commit_1" },
        { Invalid, "invalid_value", "Audio content of 6100ms is already shorter than 6185ms", null, "turn_truncate_r1" },
        { Invalid, null, "Audio content of 9250ms is already shorter than 57340ms", null, "turn_truncate_r1" },
        { Invalid, "unsupported_content_type", "Only model output audio messages can be truncated", null, "turn_truncate_r1" },
        { Invalid, "invalid_value", "Only model output audio messages can be truncated.", "item_id",
            "turn_truncate_r1" },
        { Invalid, "item_truncate_invalid_item_id", "Error truncating item: the item with id 'item_1' does not exist.", null,
            "turn_truncate_r1" },
        { Invalid, null, "Error truncating item: the item with id 'item_1' does not exist.", null, "turn_truncate_r1" },
        { Invalid, "integer_below_min_value", "Too small.", "audio_end_ms", "turn_truncate_r1" },
        { Invalid, "item_delete_invalid_item_id", "Error deleting item: the item with id 'item_2' does not exist.", null, "turn_delete_r2" },
        { Invalid, null, "Error deleting item: the item with id 'item_2' does not exist.", null, "turn_delete_r2" },
        { Invalid, "invalid_tool_call_id", "Tool call ID 'call_1' not found in conversation.", null, "turn_tool_1" },
        { Invalid, null, "Tool call ID 'call_1' not found in conversation.", null, "turn_tool_1" },
        { Invalid, "invalid_value", "Expected a string that matches the pattern.", "item.call_id", "turn_tool_1" },
        { Invalid, null, "Error adding item: an item with id 'item_9' already exists.", null, "turn_tool_1" },
        { Invalid, "item_create_invalid_previous_item_id", null, "previous_item_id", "turn_tool_1" },
        { Invalid, "unknown_parameter", "Unknown parameter: 'session.type'.", "session.type", "session_1" },
        { Invalid, "unknown_parameter", "Unknown parameter: 'session.input_audio_transcription.enabled'.", null, "session_1" },
        { Invalid, "missing_required_parameter", "Missing required parameter: 'session.type'.", null, "session_1" },
        { Invalid, "string_above_max_length", "Invalid 'session.tools[3].description': string too long.", null, "session_1" },
        { Invalid, "cannot_update_voice", "Cannot update a conversation's voice if assistant audio is present.", null, "session_1" },
        { Invalid, null, "Cannot update a conversation's voice if assistant audio is present.", null, "session_1" },
        { Invalid, null, "Passing a transcription session update to a realtime session is not allowed.", null, "session_1" },
        { Invalid, "unknown_parameter", "Unknown parameter: 'response.output_modalities'.", "response.output_modalities",
            "oob_transcription_1_1" },
        { Invalid, "unknown_parameter", "Unknown parameter: 'response.output_modalities'.", null, "oob_transcription_1_1" },
        { Invalid, "invalid_value", "Item with id 'item_7' not found.", "response.input[0].id", "oob_transcription_1_1" },
        { Invalid, "invalid_value", "Item with id 'item_7' not found.", null, null }, // truncate, delete or a reference
        { Invalid, "invalid_value", "Invalid 'audio'. Expected base64-encoded audio bytes.", "audio", null },
        { Invalid, "string_above_max_length", "Invalid 'audio': more than 15 MiB in one event.", null, null },
        { Invalid, "invalid_value", "No such value.", null, null },
        { Invalid, "server_busy", "Busy.", null, null },
        { Invalid, null, null, null, null },
        { Invalid, "invalid_json", "Unable to parse event: it is not a JSON object.", null, null },
        { Invalid, "invalid_event", "The 'type' field is missing.", "type", null },
        { Invalid, "item_retrieve_invalid_item_id", "Error retrieving item: the item with id 'item_1' does not exist.", null, null },
        { Invalid, "session_expired", "Your session hit the maximum duration of 60 minutes.", null, null },
        { Invalid, "invalid_api_key", "Incorrect API key provided.", null, null },
        { Invalid, "model_not_found", "The model does not exist or you do not have access to it.", null, null },
        { Invalid, "rate_limit_exceeded", "Rate limit reached. Please try again in 1s.", null, null },
        { "tokens", "rate_limit_exceeded", "Rate limit reached. Please try again in 1s.", null, null },
        { "insufficient_quota", "insufficient_quota", "You exceeded your current quota.", null, null },
        { "server_error", null, "The server had an error while processing your request. Sorry about that!", null, null },
        { "server_error", "server_error", "Internal error.", null, null },
        { null, null, "Something went wrong.", null, null },
        { null, "401", "Unauthorized", null, null },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void While_everything_is_unanswered_an_error_belongs_to_what_it_is_about(
        string? type, string? code, string? message, string? param, string? owner)
    {
        var (whose, next) = Unanswered(All).Owner(new ErrorDetail(type, code, message, param));
        Assert.Equal(owner, whose.Request?.Value);
        // It ends that request and no other.
        if (owner is not null) Assert.NotEqual(owner, next.Owner(new ErrorDetail(type, code, message, param)).Owner.Request?.Value);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void While_only_a_transcription_is_unanswered_an_error_about_something_else_does_not_fail_it(
        string? type, string? code, string? message, string? param, string? owner)
    {
        var (whose, _) = Unanswered(All[^1..]).Sent(new AppendAudio(new byte[960])).Owner(new ErrorDetail(type, code, message, param));
        var isField = code is "invalid_value" && message is "No such value." or "Item with id 'item_7' not found.";
        Assert.Equal(owner?.StartsWith("oob_", StringComparison.Ordinal) == true || isField ? "oob_transcription_1_1" : null,
            whose.Request?.Value);
    }

    [Theory]
    [InlineData("oob_transcription_1_1", RequestKinds.OutOfBand)]
    [InlineData("turn_truncate_r1", RequestKinds.Truncate)]
    [InlineData("session_1", RequestKinds.Update)]
    [InlineData("oob_summary_7_1", RequestKinds.OutOfBand)] // forgotten
    public void An_event_id_of_ours_decides_whatever_the_text_says(string id, RequestKinds kind) =>
        Assert.Equal(new ErrorOwner(kind, new EventId(id)),
            Unanswered(All).Owner(new ErrorDetail(Invalid, null, "Conversation already has an active response", null, id)).Owner);

    [Fact]
    public void An_event_id_that_is_not_ours_says_nothing() =>
        Assert.Equal("turn_answer_1", Unanswered(All)
            .Owner(new ErrorDetail(Invalid, null, "Conversation already has an active response", null, "event_123")).Owner.Request?.Value);

    [Fact]
    public void An_error_that_names_an_item_is_about_that_one()
    {
        var truncates = Unanswered([
            ("turn_truncate_a", new TruncateItem(new ItemId("item_a"), 0, 1)), ("turn_truncate_b", new TruncateItem(new ItemId("item_b"), 0, 1))]);
        Assert.Equal("turn_truncate_b", truncates
            .Owner(Error(null, message: "Error truncating item: the item with id 'item_b' does not exist.").Error).Owner.Request?.Value);
        Assert.Equal("turn_truncate_a", truncates.Owner(Error("item_truncate_x").Error).Owner.Request?.Value);
    }

    [Fact]
    public void What_was_answered_owns_no_error_but_its_kind_is_still_known()
    {
        var answered = Unanswered(All);
        foreach (var e in new ServerEvent[]
        {
            new SessionUpdated(), Committed("i1"), new ItemAdded(new ConversationItem("function_call_output", CallId: "call_1")),
            new ItemTruncated(new ItemId("item_1"), 6185), Deleted("item_2"), Created("o1", Metadata("i1")), Done("resp_3"),
        }) answered = answered.On(e);

        foreach (var row in Table)
        {
            var given = (object?[])row;
            Assert.Null(answered.Owner(new ErrorDetail((string?)given[0], (string?)given[1], (string?)given[2], (string?)given[3])).Owner.Request);
        }
        Assert.Equal(new ErrorOwner(RequestKinds.Cancel), answered.Owner(Error("response_cancel_not_active").Error).Owner);
    }

    [Fact]
    public void The_request_of_an_answer_is_unanswered_until_a_response_is_over_since_another_may_have_been_created()
    {
        var asked = Unanswered(All).On(Created("of_the_other"));
        Assert.Equal("turn_answer_1", asked.Owner(Error(null, message: "Conversation already has an active response").Error).Owner.Request?.Value);
        Assert.Null(asked.On(Done("of_the_other")).Owner(Error(null, message: "Conversation already has an active response").Error).Owner.Request);
    }

    [Fact]
    public void As_long_as_only_the_settings_were_sent_any_client_error_is_about_them()
    {
        var settings = Unanswered(All[..1]);
        Assert.Equal(new ErrorOwner(RequestKinds.Update, new EventId("session_1")), settings.Owner(Error("something_new").Error).Owner);
        // Audio is never acknowledged: from then on the error may be about it.
        Assert.Equal(default, settings.Sent(new AppendAudio(new byte[960])).Owner(Error("something_new").Error).Owner);
    }

    [Fact]
    public void Requests_without_an_answer_are_forgotten_at_last()
    {
        var many = Unanswered([.. Enumerable.Range(1, 65).Select(n => ($"turn_truncate_{n}", (ClientEvent)new TruncateItem(new ItemId($"i{n}"), 0, 1)))]);
        Assert.Equal("turn_truncate_2", many.Owner(Error("item_truncate_x").Error).Owner.Request?.Value);
    }

    [Fact]
    public void A_text_of_any_length_is_judged() =>
        Assert.Equal(default, Unanswered(All).Owner(Error(null, message: new string('\'', 100_000) + new string('x', 100_000)).Error).Owner);

    private static UnansweredRequests Unanswered((string Id, ClientEvent Request)[] requests) =>
        requests.Aggregate(new UnansweredRequests(), (all, sent) => all.Sent(sent.Request with { EventId = new EventId(sent.Id) }));
}
