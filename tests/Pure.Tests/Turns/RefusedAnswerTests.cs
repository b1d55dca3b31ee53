using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

/// <summary>A requested answer that is refused because another response is in progress, and responses that are no answers.</summary>
public class RefusedAnswerTests
{
    public static TheoryData<ServerError> Refusals =>
    [
        Error("conversation_already_has_active_response"),
        Error(null, message: "Conversation already has an active response"),
        Error(null, message: "Conversation already has an active response in progress: resp_1."),
    ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void It_is_requested_again_when_the_other_response_is_done_whichever_event_came_first(ServerError refusal)
    {
        ServerError named = new(refusal.Error with { EventId = "turn_answer_1" });
        foreach (var events in new ServerEvent[][] { [refusal, Created("other")], [named, Created("other")], [Created("other"), named] })
        {
            var tracker = Requested();
            foreach (var e in events) tracker = Silent(tracker, e);
            var step = On(tracker, Done("other", "x"));
            Assert.Equal("turn_answer_2", Assert.Single(Requests(step)).EventId?.Value);
        }
    }

    [Fact]
    public void Another_refusal_is_no_reason_to_request_it_again()
    {
        var refused = On(Silent(Requested(), Created("r1")), Error("invalid_value", "turn_answer_1"));
        Assert.IsType<AnswerDecision.Notify>(Assert.Single(refused.Decisions));
        Assert.Empty(Requests(On(refused.Next, Done("r1", "x"))));
    }

    [Fact]
    public void A_refusal_without_a_request_of_ours_requests_nothing()
    {
        var tracker = Silent(Silent(Idle(), Created("r1")), Error("conversation_already_has_active_response"));
        Assert.Empty(Requests(On(tracker, Done("r1", "x"))));
    }

    [Fact]
    public void A_response_that_proves_to_be_out_of_band_is_no_answer_and_holds_none_back()
    {
        var tracker = Silent(Requested(), Created("phantom"));
        Assert.False(tracker.IsIdle);
        tracker = tracker.Want(default).Next; // waits for what seems to be an answer
        var step = On(tracker, Done("phantom", "words", metadata: Metadata("i1")));
        Assert.DoesNotContain(step.Decisions, decision => decision is AnswerDecision.Publish);
        Assert.Single(Requests(step));
        Assert.True(On(Silent(step.Next, Created("r1")), Done("r1")).Next.IsIdle);
    }

    [Fact]
    public void An_out_of_band_response_that_nobody_took_for_an_answer_changes_nothing() =>
        Assert.Empty(On(Requested(), Done("o1", "words", metadata: Metadata("i1"))).Decisions);

    private static AnswerTracker Idle() => new("s-1", "gpt-realtime", Shipped.Prices);

    private static AnswerTracker Requested() => Idle().Want(default).Next;

    private static AnswerTracker Silent(AnswerTracker tracker, ServerEvent e)
    {
        var step = On(tracker, e);
        Assert.Empty(step.Decisions);
        return step.Next;
    }

    private static Step<AnswerTracker, AnswerDecision> On(AnswerTracker tracker, ServerEvent e) =>
        tracker.On(e, new TurnNumber(1), _ => null, default);

    private static IEnumerable<ClientEvent> Requests(Step<AnswerTracker, AnswerDecision> step) =>
        step.Decisions.OfType<AnswerDecision.Send>().Select(send => send.Event).OfType<CreateResponse>();
}
