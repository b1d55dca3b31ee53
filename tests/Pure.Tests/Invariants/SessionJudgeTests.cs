using RealtimeAkka.Invariants;

namespace RealtimeAkka.Pure.Tests.Invariants;

/// <summary>Each rule of a session is broken alone, and the judge reports exactly that.</summary>
public class SessionJudgeTests
{
    private const string Turn2Committed = """{"t":4.0,"dir":"received","event":{"type":"input_audio_buffer.committed","item_id":"j1"}}""";

    private const string Turn2Added =
        """{"t":4.1,"dir":"received","event":{"type":"conversation.item.added","item":{"id":"j1","role":"user","content":[{"type":"input_audio"}]}}}""";
    private const string Item2Committed = """{"t":2.0,"dir":"received","event":{"type":"input_audio_buffer.committed","item_id":"i2"}}""";

    private static ForgedSession Good => ForgedSession.Good;

    [Fact]
    public void A_good_session_with_a_reconnect_passes() => Assert.Empty(Good.Violations());

    [Fact]
    public void What_was_killed_is_judged_as_far_as_it_goes() =>
        Assert.Empty((Good with { Output = string.Join('\n', Good.Output.Split('\n')[..3]) + "\n{\"type\":\"tu" }).Violations());

    [Fact]
    public void A_user_item_without_a_record_is_found() =>
        Says(Good.And("""{"t":8.0,"dir":"received","event":{"type":"input_audio_buffer.committed","item_id":"j2"}}"""),
        "Item j2 (connection 2, line 26) has no turn record");

    [Fact]
    public void A_user_item_that_was_never_said_to_be_committed_is_one_all_the_same() =>
        Says(Good.And(
        """{"t":8.0,"dir":"received","event":{"type":"conversation.item.added","item":{"id":"j2","role":"user","content":[{"type":"input_audio"}]}}}"""), "Item j2");

    [Fact]
    public void A_repeat_stands_for_one_lost_item_and_not_for_two() =>
        Says(Good.With("""{"t":2.0,""",
        """{"t":1.9,"dir":"received","event":{"type":"input_audio_buffer.committed","item_id":"i3"}}""" + "\n" + """{"t":2.0,"""),
        "Item i2");

    [Fact]
    public void A_second_record_of_an_item_is_found() =>
        Assert.Contains(Good.And(Good.Output.Split('\n')[3].Replace("\"turn\":2", "\"turn\":3", StringComparison.Ordinal)).Violations(),
        v => v.StartsWith("Item j1 is told by 2 turn records", StringComparison.Ordinal));

    [Fact]
    public void A_record_of_an_item_that_never_was_is_found() =>
        Assert.Contains(Good.And("""{"type":"turn","turn":3,"item_id":"x","oob":{"status":"failed"},"asr":{"status":"failed"}}""")
        .Violations(), v => v.Contains("no connection brought this item", StringComparison.Ordinal));

    [Fact]
    public void A_transcript_that_is_not_terminal_is_found() =>
    Says(Good.With("\"status\":\"timed_out\"", "\"status\":\"awaited\""), "no terminal status but 'awaited'");

    [Fact]
    public void An_amendment_of_what_was_terminal_is_found() =>
        Says(Good.And(Good.Output.Split('\n')[1].Replace("\"turn\"", "\"turn.amended\"", StringComparison.Ordinal)
        .Replace("\"turn.amended\":1", "\"turn\":1", StringComparison.Ordinal)), "nothing in it had timed out");

    [Fact]
    public void Turns_out_of_order_are_found()
    {
        var lines = Good.Output.Split('\n');
        var swapped =
            Good with { Output = string.Join(
            '\n', lines[0], lines[3].Replace("\"turn\":2", "\"turn\":1", StringComparison.Ordinal), lines[2],
            lines[1].Replace("\"turn\":1", "\"turn\":2", StringComparison.Ordinal), lines[4]) };
        Says(swapped, "its item came before that of turn 1");
    }

    [Fact]
    public void A_number_that_is_left_out_is_found() =>
    Says(Good.With("\"turn\":2,\"item_id\":\"j1\",\"oob\"", "\"turn\":3,\"item_id\":\"j1\",\"oob\""), "it is told as number 2");

    [Fact]
    public void A_record_after_the_summary_is_found() =>
    Says(Good with { Output = Good.Output + "\n{\"type\":\"notice\"}" }, "The last record is 'notice'");

    [Fact]
    public void Another_items_asr_text_is_found() =>
    Says(Good.With("\"text\":\"hello\"", "\"text\":\"goodbye\""), "the ASR text is not what the service said");

    [Fact]
    public void An_asr_text_out_of_nowhere_is_found() =>
    Says(Good.With("\"status\":\"timed_out\",\"text\":null", "\"status\":\"completed\",\"text\":\"goodbye\""),
    "the service completed none");

    [Fact]
    public void A_failure_that_was_none_is_found() =>
    Says(Good.With("\"status\":\"completed\",\"text\":\"hello\"", "\"status\":\"failed\",\"text\":null"), "says that the ASR failed");

    [Fact]
    public void A_transcript_that_came_and_was_not_told_is_found() =>
        Says(Good.With(Turn2Committed,
        Turn2Committed + "\n"
        + """{"t":4.0,"dir":"received","event":{"type":"conversation.item.input_audio_transcription.completed","item_id":"j1","transcript":"bye"}}"""),
            "the ASR transcript came (line 21) and was never told");

    [Fact]
    public void Another_items_model_text_is_found() =>
    Says(Good.With("\"text\":\"Goodbye.\",\"response_id\":\"r2\"", "\"text\":\"Hello.\",\"response_id\":\"r2\""),
    "is not what response r2 said");

    [Fact]
    public void Another_items_response_is_found() =>
        Assert.Contains(
        Good.With("\"id\":\"r1\",\"metadata\":{\"oob\":\"transcription\",\"item_id\":\"i1\"",
        "\"id\":\"r1\",\"metadata\":{\"oob\":\"transcription\",\"item_id\":\"i2\"").Violations(),
            v => v.Contains("its words come from response r1, which is about i2", StringComparison.Ordinal));

    [Fact]
    public void A_response_that_may_have_meant_a_newer_turn_is_found() =>
        Says(Good.With(Item2Committed + "\n", "").With("""{"t":1.1,""", Item2Committed + "\n" + """{"t":1.1,"""),
        "a newer one came before it was created");

    [Fact]
    public void An_answer_that_is_an_out_of_band_response_is_found() =>
        Says(Good.And("""{"type":"assistant","response_id":"r1","text":"Hello.","heard_ms":0}"""),
        "it is told as something the assistant said");

    [Fact]
    public void A_request_before_its_item_is_found() =>
        Assert.Contains(
            Good.With($"{Turn2Committed}\n{Turn2Added}\n", "").With("""{"t":9.0,""", $"{Turn2Committed}\n{Turn2Added}\n" + """{"t":9.0,""")
                .Violations(),
            violation => violation.Contains("it went out before j1 was committed", StringComparison.Ordinal));

    [Fact]
    public void A_commit_that_comes_after_its_item_is_no_fault_of_ours() =>
        Assert.Empty(Good.With(Turn2Committed + "\n", "").With("""{"t":9.0,""", Turn2Committed + "\n" + """{"t":9.0,""").Violations());

    [Fact]
    public void A_request_about_an_item_of_another_connection_is_found() =>
    Says(Good.With("\"item_id\":\"i1\",\"turn\":\"1\",\"attempt\":\"1\"}}}}\n{\"t\":1.1",
    "\"item_id\":\"j1\",\"turn\":\"1\",\"attempt\":\"1\"}}}}\n{\"t\":1.1"), "which this connection never brought");

    [Fact]
    public void A_request_that_does_not_show_its_own_item_last_is_found() =>
    Says(Good.With(",{\"type\":\"item_reference\",\"id\":\"j1\"}", ""), "the last item it shows is old");

    [Fact]
    public void A_request_that_shows_what_is_not_there_is_found() =>
    Says(Good.With("\"item_reference\",\"id\":\"old\"", "\"item_reference\",\"id\":\"i1\""),
    "it shows i1, which was not in the conversation yet");

    [Fact]
    public void A_request_that_takes_the_sessions_tools_along_is_found() =>
    Says(Good.With("\"tools\":[],\"tool_choice\":\"none\",", ""), "the session's tools are not cleared");

    [Fact]
    public void A_usage_that_was_charged_twice_is_found() =>
    Says(Good.With("{\"usd\":0.008800}", "{\"usd\":0.013200}"), "The summary charges 0.013200 USD for oob");

    [Fact]
    public void A_usage_that_came_twice_counts_once() =>
    Assert.Empty(Good.With(Item2Committed, Item2Committed + "\n" + Good.Wire.Split('\n')[11]).Violations());

    [Fact]
    public void A_cost_on_the_wrong_turn_is_found() =>
    Says(Good.With("\"attempts\":1,\"cost_usd\":0.004400},\"asr\":{\"status\":\"completed\"",
    "\"attempts\":1,\"cost_usd\":0.004401},\"asr\":{\"status\":\"completed\""), "cost 0.0044");

    [Theory]
    [InlineData("\"type\":\"response.cancel\"", "\"type\":\"response.stop\"", "there is no such client event")]
    [InlineData("\"response_id\":\"r2\"}}", "\"response\":{\"voice\":1}}}", "response is no field of it")]
    [InlineData("\"type\":\"realtime\",\"audio\":{}", "\"audio\":{}", "session.type is missing")]
    [InlineData("\"type\":\"realtime\",\"audio\":{}", "\"type\":\"realtime\",\"temperature\":1", "session.temperature is no field of it")]
    [InlineData("\"audio\":\"<48000 bytes>\"", "\"audio\":5", "audio is missing or no text")]
    [InlineData("\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Hello.\"}]}}}\n{\"t\":3.2",
    "\"role\":\"assistant\",\"content\":[{\"type\":\"input_text\",\"text\":\"Hello.\"}]}}}\n{\"t\":3.2",
    "an item of the assistant says 'input_text'")]
    public void A_sent_event_that_the_protocol_does_not_know_is_found(string piece, string forged, string sentence) =>
        Assert.Contains(Good.With(piece, forged).Violations(),
        v => v.StartsWith("Sent ", StringComparison.Ordinal) && v.Contains(sentence, StringComparison.Ordinal));

    [Fact]
    public void More_requests_at_once_than_allowed_are_found() =>
    Says(Good, "1 transcriptions are at the server, and 0 are allowed", new SessionBounds(MaxInFlight: 0));

    [Fact]
    public void Tasks_have_places_of_their_own_at_the_server()
    {
        var session = Good.And(Asked("9.0", "task_1", "1")).And(Created("9.1")).And(Completed);
        Assert.Empty(session.Violations(new SessionBounds(MaxInFlight: 1, TasksInFlight: 1)));
        Says(session, "1 tasks are at the server, and 0 are allowed", new SessionBounds(TasksInFlight: 0));
    }

    [Fact]
    public void A_request_that_was_asked_again_before_its_answer_came_had_been_given_up() =>
        Assert.Empty(Good.And(Asked("9.0", "task_1", "1")).And(Asked("9.1", "task_2", "2")).And(Created("9.15")).And(Completed)
            .Violations(new SessionBounds(TasksInFlight: 0)));

    [Fact]
    public void Words_that_only_the_done_item_has_are_the_words_of_the_response()
    {
        var bare = Good.With(""","output":[{"content":[{"text":"Hello."}]}],""", ""","output":null,""");
        Assert.Contains(bare.Violations(), v => v.Contains("the model's text is not what response r1 said", StringComparison.Ordinal));
        Assert.Empty(bare.With("""{"t":1.5,""", """
            {"t":1.4,"dir":"received","event":{"type":"response.output_item.done","response_id":"r1","item":{"content":[{"text":"Hello."}]}}}
            {"t":1.5,
            """.TrimEnd()).Violations());
    }

    [Fact]
    public void A_request_whose_answer_came_too_late_had_been_given_up() =>
        Assert.Empty(Good.And(Asked("9.0", "task_1", "1")).And(Created("9.1")).And(Completed)
            .Violations(new SessionBounds(TasksInFlight: 0, AnswerWithin: 0.05)));

    private const string Completed = """{"t":9.2,"dir":"received","event":{"type":"response.done","response":{"id":"r9","status":"completed"}}}""";

    private static string About(string attempt) => $$"""{"oob":"summary","item_id":"j1","turn":"2","attempt":"{{attempt}}"}""";

    private static string Asked(string at, string id, string attempt) =>
        $$$$"""{"t":{{{{at}}}},"dir":"sent","event":{"type":"response.create","event_id":"{{{{id}}}}","response":{"conversation":"none","tools":[],"metadata":{{{{About(attempt)}}}} }}}""";

    private static string Created(string at) =>
        $$$$"""{"t":{{{{at}}}},"dir":"received","event":{"type":"response.created","response":{"id":"r9","metadata":{{{{About("1")}}}} }}}""";

    [Fact]
    public void Sound_that_is_lost_without_need_is_found() =>
    Says(Good.With("\"unplayed_ms\":0", "\"unplayed_ms\":40"), "40 ms of the assistant's voice were lost");

    [Fact]
    public void Sound_that_no_answer_accounts_for_is_found() =>
    Says(Good.With("\"played_ms\":200", "\"played_ms\":300"), "something else was heard");

    [Fact]
    public void Sound_of_an_out_of_band_response_does_not_account_for_what_was_played() =>
        Says(Good.And(
        """{"t":8.0,"dir":"received","event":{"type":"response.output_audio.delta","response_id":"r2","delta":"<9600 bytes>"}}""")
        .With("\"played_ms\":200", "\"played_ms\":400"), "something else was heard");

    [Fact]
    public void More_heard_of_an_answer_than_came_is_found() => Says(Good.With("\"heard_ms\":200", "\"heard_ms\":300"), "only 200 ms came");

    private static void Says(ForgedSession session, string sentence, SessionBounds? bounds = null)
    {
        var violations = session.Violations(bounds);
        Assert.NotEmpty(violations);
        Assert.All(violations, violation => Assert.Contains(sentence, violation, StringComparison.Ordinal));
    }
}
