using RealtimeAkka.Hosting.Telemetry;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Telemetry;

/// <summary>Which span has which parent, begins and ends when, and refers to which.</summary>
public class SessionTraceTests
{
    private const string Usage = """{"input_tokens":100,"output_tokens":20,"input_token_details":{"text_tokens":100,"cached_tokens":40}}""";
    private const string Chat = "chat gpt-realtime", Asr = "transcription gpt-4o-transcribe";

    // One turn: spoken from 1 to 2 s, committed at 2.1 s.
    private static TraceStory Spoken(TraceStory story, string item = "i1", double at = 1) => story
        .Gets(at, Started(item)).Gets(at + 1, Stopped(item, 1000)).Gets(at + 1.1, Committed(item), ItemDone(item));

    private static TraceStory Turn(TraceStory? story = null) => Spoken((story ?? new TraceStory()).Connects(0.5))
        .Asks(2.1, "i1")
        .Gets(2.2, Created("r1", Metadata("i1"))).Gets(2.3, Created("a1"))
        .Gets(2.4, Sound("a1", "m1", 24_000), Sound("a1", "m1", 24_000))
        .Gets(2.5, Say.Asr("i1", "my words", """{"type":"tokens","input_tokens":10,"output_tokens":3}"""))
        .Gets(2.6, Done("r1", "my words", usage: Usage, metadata: Metadata("i1")))
        .Joins(2.61, "i1").Gets(2.7, Done("a1", "its words", usage: Usage)).Replies(3.5, "a1", heard: 1000);

    [Fact]
    public void A_turn_has_its_speech_its_transcripts_its_answer_and_the_playout_and_ends_with_the_last_of_them()
    {
        var story = Turn().Closes(9).Ends(9);
        var (session, turn) = (story.Only("session"), story.Only("turn"));
        Assert.Equal((0, 9, null), (session.From, session.To, session.Error));
        Assert.Equal((1, 3.5), (turn.From, turn.To));
        Assert.Same(session, turn.Parent);
        Assert.Equal(
            ["speech 1 2", $"{Chat} 2.1 2.6", $"{Asr} 2.1 2.5", $"{Chat} 2.3 2.7", "playout 2.5 3.5"],
            story.Spans.Where(span => span.Parent == turn).Select(span => span.ToString()));
        Assert.Equal("connection 0.5 9", story.Only("connection").ToString());
        Assert.Equal(("agreed", 1, "vad"),
            (turn.Attributes["realtime_akka.verdict"], turn.Attributes["realtime_akka.turn"],
            turn.Attributes["realtime_akka.turn.source"]));
        Assert.DoesNotContain(story.Spans, span => span.Attributes.Values.Any(value => $"{value}".Contains("words")));
    }

    [Fact]
    public void Requests_and_results_are_described_as_the_conventions_say()
    {
        var (request, answer) = (Turn().All(Chat)[0].Attributes, Turn(new TraceStory(withWords: true)).All(Chat)[1].Attributes);
        Assert.Equal(
            ("chat", "openai", "gpt-realtime", "gpt-realtime-2025-08-28", "r1", 100L, 20L, 40L, "transcription"),
            (request["gen_ai.operation.name"], request["gen_ai.provider.name"], request["gen_ai.request.model"],
            request["gen_ai.response.model"], request["gen_ai.response.id"], request["gen_ai.usage.input_tokens"],
            request["gen_ai.usage.output_tokens"], request["gen_ai.usage.cache_read.input_tokens"], request["realtime_akka.purpose"]));
        Assert.Equal(["completed"], (string[])request["gen_ai.response.finish_reasons"]!);
        Assert.Equal(
            ("conversation", 1000L, 1000L, 0.1, """[{"role":"assistant","parts":[{"type":"text","content":"its words"}]}]"""),
            (answer["realtime_akka.purpose"], answer["realtime_akka.said_ms"], answer["realtime_akka.heard_ms"],
            Math.Round((double)answer["gen_ai.response.time_to_first_chunk"]!, 6), answer["gen_ai.output.messages"]));
    }

    [Fact]
    public void What_is_measured_of_a_turn()
    {
        var story = Turn();
        Assert.Equal([0.4], story.Measured(Instruments.TranscriptLatency, "realtime_akka.witness=oob"));
        Assert.Equal([0.3], story.Measured(Instruments.TranscriptLatency, "realtime_akka.witness=asr"));
        Assert.Equal(0.01, Assert.Single(story.Measured(Instruments.TurnJoin)), 6);
        Assert.Equal(0.4, Assert.Single(story.Measured(Instruments.TimeToFirstAudio)), 6);
        Assert.Equal([1000], story.Measured(Instruments.Said));
        Assert.Equal([1000], story.Measured(Instruments.Heard));
        Assert.Equal([100], story.Measured(Instruments.TokenUsage, "realtime_akka.purpose=conversation gen_ai.token.type=input"));
        Assert.Equal([3], story.Measured(Instruments.TokenUsage, "realtime_akka.purpose=asr gen_ai.token.type=output"));
        foreach (var purpose in (string[])["transcription", "conversation", "asr"])
            Assert.True(Assert.Single(story.Measured(Instruments.Cost, $"realtime_akka.purpose={purpose}")) > 0);
    }

    [Fact]
    public void A_usage_that_is_reported_again_counts_once()
    {
        var story = Turn().Gets(4, Done("r1", "my words", usage: Usage, metadata: Metadata("i1")), Done("a1", usage: Usage));
        Assert.Equal(6, story.Measured(Instruments.TokenUsage).Count);
        Assert.Equal(3, story.Measured(Instruments.Cost).Count);
    }

    [Fact]
    public void A_repeated_request_refers_to_the_one_before()
    {
        var story = Spoken(new TraceStory().Connects(0)).Asks(2.1, "i1").Gets(2.2, Error("server_busy", "oob_transcription_1_1"))
            .Asks(2.3, "i1", attempt: 2).Gets(2.4, Created("r1", Metadata("i1", attempt: 2)))
            .Gets(2.5, Done("r1", "x", metadata: Metadata("i1", attempt: 2)));
        var requests = story.All(Chat);
        Assert.Equal(["chat gpt-realtime 2.1 2.2 server_busy", "chat gpt-realtime 2.3 2.5"], requests.Select(r => r.ToString()));
        Assert.Equal(("chat gpt-realtime 2.1 2.2 server_busy", "retry"), (requests[1].Links[0].To.ToString(), requests[1].Links[0].Reason));
    }

    [Fact]
    public void A_turn_that_a_lost_connection_leaves_open_is_replayed_as_another_span()
    {
        var story = Spoken(new TraceStory().Connects(0)).Asks(2.1, "i1").Gets(2.2, Created("a1")).Loses(2.5).Connects(2.6, 2);
        Spoken(story, "j1", at: 2.7).Asks(3.8, "j1").Closes(9, 2).Ends(9);

        Assert.Equal([1], story.Measured(Instruments.Reconnects));
        var connections = story.All("connection");
        Assert.Equal(["connection 0 2.5 closed_1001", "connection 2.6 9"], connections.Select(c => c.ToString()));
        Assert.Equal("reconnect", Assert.Single(connections[1].Links).Reason);
        var turns = story.All("turn");
        Assert.Equal(["turn 1 2.5 connection_lost", "turn 2.7 9 unfinished"], turns.Select(turn => turn.ToString()));
        Assert.Equal(("turn 1 2.5 connection_lost", "replay"), (turns[1].Links[0].To.ToString(), turns[1].Links[0].Reason));
        Assert.Equal("connection_lost", story.All(Asr)[0].Error);
        Assert.Equal(2.5, story.All(Asr)[0].To);
        Assert.Equal("retry", Assert.Single(story.All(Chat)[1].Links).Reason);
    }

    [Fact]
    public void A_function_runs_from_the_end_of_its_response_to_its_result()
    {
        var story = Spoken(new TraceStory().Connects(0)).Asks(2.1, "i1").Joins(2.2, "i1").Gets(2.3, Created("a1"))
            .Gets(2.5, Called("a1", "{}", "open_claim", "c1")).Publishes(2.5, new AssistantReplied(
                "s-1", new ResponseId("a1"), 1, null, "completed", "", 0, null, null, null))
            .Publishes(2.9, new ToolCalled("s-1", "open_claim", 1, "c1", ResultStatus.Completed, null, "claim 77", null, "s-1/c1"));
        var tool = story.Only("execute_tool open_claim");
        Assert.Equal((2.5, 2.9, "turn"), (tool.From, tool.To, tool.Parent!.Name));
        Assert.Equal(("execute_tool", "open_claim", "c1"),
            (tool.Attributes["gen_ai.operation.name"], tool.Attributes["gen_ai.tool.name"], tool.Attributes["gen_ai.tool.call.id"]));
        Assert.DoesNotContain("claim 77", tool.Attributes.Values.Select(value => $"{value}"));
    }

    [Fact]
    public void The_name_of_a_function_that_the_model_makes_up_is_not_told()
    {
        var story = new TraceStory().Publishes(
            1, new ToolCalled("s-1", "what the caller said", null, "c1", ResultStatus.Failed, null, null, "no such function", "s-1/c1"));
        Assert.Equal(("execute_tool other", "failed"), (story.Spans[1].Name, story.Spans[1].Error));
    }

    [Fact]
    public void A_task_contains_its_requests_and_ends_with_its_result()
    {
        var story = Turn().Asks(4, "i1", task: "summary").Gets(4.5, Created("t1", Metadata("i1", task: "summary")))
            .Gets(5, Done("t1", "{}", usage: Usage, metadata: Metadata("i1", task: "summary")))
            .Publishes(5.1, new TaskCompleted(
                "s-1", "summary", 1, ResultStatus.Completed, "{}", null, new ResponseId("t1"), "full", 1, null, null, null, null, "id"));
        var task = story.Only("task summary");
        Assert.Equal((4, 5.1, "turn"), (task.From, task.To, task.Parent!.Name));
        Assert.Equal($"{Chat} 4 5", Assert.Single(story.Spans, span => span.Parent == task).ToString());
        Assert.Equal([100], story.Measured(Instruments.TokenUsage, "realtime_akka.purpose=summary gen_ai.token.type=input"));
    }

    [Fact]
    public void What_comes_after_the_end_of_its_turn_belongs_to_the_session_and_refers_to_the_turn()
    {
        var story = Turn().Publishes(20, new Notice(NoticeLevel.Info, "x", "y")).Asks(21, "i1", task: "summary");
        Assert.Equal((1, 3.5), (story.Only("turn").From, story.Only("turn").To));
        var task = story.Only("task summary");
        Assert.Equal("session", task.Parent!.Name);
        Assert.Equal(("turn", "late"), (task.Links[0].To.Name, task.Links[0].Reason));
    }

    [Fact]
    public void An_answer_that_failed_is_referred_to_by_the_next()
    {
        var story = Spoken(new TraceStory().Connects(0)).Asks(2.1, "i1").Gets(2.2, Created("a1"))
            .Gets(2.3, Done("a1", status: "failed", error: new(Code: "server_error"))).Replies(2.3, "a1", heard: 0)
            .Gets(2.4, Created("a2")).Gets(2.5, Done("a2", "x")).Replies(2.6, "a2", heard: 0);
        var answers = story.All(Chat)
            .Where(span => span.Attributes.GetValueOrDefault("realtime_akka.purpose") is "conversation").ToList();
        Assert.Equal(["server_error", null], answers.Select(answer => answer.Error));
        Assert.Equal("retry", Assert.Single(answers[1].Links).Reason);
    }

    [Fact]
    public void The_end_of_the_session_ends_everything()
    {
        var story = Spoken(new TraceStory().Connects(0)).Asks(2.1, "i1").Asks(2.1, "i1", task: "summary").Gets(2.2, Created("a1")).Ends(3);
        Assert.All(story.Spans, span => Assert.InRange(span.To ?? 99, span.From, 3));
        Assert.Equal(3, story.Only("session").To);
    }

    [Fact]
    public void Transcripts_that_never_come_end_with_the_turn()
    {
        var story = Spoken(new TraceStory().Connects(0)).Asks(2.1, "i1")
            .Joins(17, "i1", oob: ResultStatus.TimedOut, asr: ResultStatus.TimedOut);
        Assert.Equal($"{Asr} 2.1 17 timed_out", story.Only(Asr).ToString());
        Assert.Equal($"{Chat} 2.1 17 timed_out", story.Only(Chat).ToString());
        Assert.Empty(story.Measured(Instruments.TurnJoin));
    }

    [Fact]
    public void Sound_that_was_lost_is_counted_at_the_end()
    {
        var story = new TraceStory().Publishes(1, new SessionSummary(
            "s-1", 0, new(0, 0), new(0, 0), new(0), TaskCosts.None, 0, null, [], 0, null, [], new(0, 0, 40, 0, 60), 0, 0, "completed"));
        Assert.Equal([40], story.Measured(Instruments.LostSound, "realtime_akka.direction=input"));
        Assert.Equal([60], story.Measured(Instruments.LostSound, "realtime_akka.direction=output"));
    }

    [Fact]
    public void A_server_that_makes_up_tasks_does_not_make_up_names()
    {
        var story = new TraceStory().Connects(0).Gets(1, Done("r1", usage: Usage, metadata: Metadata("i9", task: "anything")));
        Assert.Equal([100], story.Measured(Instruments.TokenUsage, "realtime_akka.purpose=other gen_ai.token.type=input"));
    }
}
