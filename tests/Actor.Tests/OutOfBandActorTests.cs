using RealtimeAkka.Actors.OutOfBand;

namespace RealtimeAkka.Actor.Tests;

public sealed class OutOfBandActorTests : ActorSpec
{
    private readonly TestProbe _connection, _asker;
    private readonly IActorRef _station;

    public OutOfBandActorTests()
    {
        _connection = CreateTestProbe("connection");
        _asker = CreateTestProbe("asker");
        _station = Play(OutOfBandActor.Props(Given.OutOfBand, Given.Prices, "model", Time));
    }

    [Fact]
    public void A_question_goes_to_the_connection_that_opened_last()
    {
        var first = CreateTestProbe("first");
        first.Send(_station, new ConnectionFacts.Opened());
        Opened();

        Ask(1);

        var order = ExpectQuestion();
        Assert.Equal("none", order.Response?.Conversation);
        Assert.Equal("oob_transcription_1_1", order.EventId?.Value);
        Quiet(first);
    }

    [Fact]
    public void The_answer_goes_to_whoever_asked()
    {
        var other = CreateTestProbe("other");
        Opened();
        _station.Tell(new OutOfBandMessages.Limit(new ContextScope.Last(1))); // requests that reference their items cannot be overtaken
        Ask(1);
        Hear(Added(1), Given.Committed(2), Added(2));
        other.Send(_station, new OutOfBandMessages.Ask(Given.Question(2)));
        ExpectQuestion();
        ExpectQuestion();

        Hear(Given.OobCreated("r2", 2), Given.OobDone("r2", 2, "two"), Given.OobCreated("r1", 1), Given.OobDone("r1", 1, "one"));

        Assert.Equal("two", other.ExpectMsg<OutOfBandFacts.Answered>().Result.Text);
        Assert.Equal("one", ExpectResult(ResultStatus.Completed).Text);
        Quiet(_asker, other);
    }

    [Fact]
    public void A_question_has_one_result_however_often_it_is_told()
    {
        Opened();
        Ask(1);
        ExpectQuestion();

        Hear(Given.OobCreated("r1", 1), Given.OobDone("r1", 1, "one"), Given.OobDone("r1", 1, "one again"));
        Pass(_station);

        var result = ExpectResult(ResultStatus.Completed);
        Assert.Equal("one", result.Text);
        Assert.Equal(2m, result.CostUsd);
        Quiet(_asker);
    }

    [Fact]
    public void Without_a_connection_the_answer_comes_at_once()
    {
        Ask(1);

        Assert.Equal("no_connection", ExpectResult(ResultStatus.Failed).Error);
    }

    [Fact]
    public void A_flush_is_answered_behind_the_results_of_all_that_came_before_it()
    {
        Opened();
        Ask(1);
        ExpectQuestion();
        _station.Tell(new ConnectionFacts.Ended(new ConnectionEnd.Broken("gone")));

        _asker.Send(_station, new OutOfBandMessages.Flush());

        ExpectResult(ResultStatus.Failed);
        _asker.ExpectMsg<OutOfBandFacts.Flushed>();
    }

    [Fact]
    public void A_question_that_nobody_answers_is_asked_again()
    {
        Opened();
        Ask(1);
        ExpectQuestion();
        Pass(_station);

        Time.Advance(Given.OutOfBand.AnswerWithin - TimeSpan.FromMilliseconds(1));
        Pass(_station);
        Quiet(_connection);
        Time.AdvanceMs(1);

        Assert.Equal("oob_transcription_1_2", ExpectQuestion().EventId?.Value);
    }

    [Fact]
    public void A_question_that_is_being_answered_is_not_asked_again()
    {
        Opened();
        Ask(1);
        ExpectQuestion();
        Hear(Given.OobCreated("r1", 1));
        Pass(_station);

        Time.Advance(Given.OutOfBand.AnswerWithin);
        Pass(_station);

        Quiet(_connection, _asker);
    }

    [Fact]
    public void At_its_deadline_a_question_has_timed_out_over_all_attempts()
    {
        Opened();
        Ask(1);
        ExpectQuestion();
        Pass(_station);
        Time.AdvanceMs(5_000);
        ExpectQuestion();
        Pass(_station);

        Time.AdvanceMs(14_999);
        Pass(_station);
        Quiet(_asker, _connection);
        Time.AdvanceMs(1);

        var result = ExpectResult(ResultStatus.TimedOut);
        Assert.Equal(2, result.Attempts);
    }

    [Fact]
    public void A_result_after_the_deadline_is_told_too_and_then_nothing_more()
    {
        Opened();
        Ask(1);
        ExpectQuestion();
        Hear(Given.OobCreated("r1", 1));
        Pass(_station);
        Time.Advance(Given.OutOfBand.Timeout);
        ExpectResult(ResultStatus.TimedOut);

        Hear(Given.OobDone("r1", 1, "late"), Given.OobDone("r1", 1, "later"));
        Pass(_station);

        Assert.Equal("late", ExpectResult(ResultStatus.Completed).Text);
        Quiet(_asker);
    }

    [Fact]
    public void A_question_the_server_rejects_is_asked_again_when_it_says()
    {
        Opened();
        Ask(1);
        var rejected = ExpectQuestion().EventId!.Value.Value;

        Hear(new ServerError(new ErrorDetail("requests", "rate_limit_exceeded", "Please try again in 250ms.", EventId: rejected)));
        Pass(_station);
        Quiet(_connection, _asker);
        Time.AdvanceMs(250);

        Assert.Equal("oob_transcription_1_2", ExpectQuestion().EventId?.Value);
    }

    [Fact]
    public void When_the_connection_is_lost_every_open_question_is_answered_so()
    {
        Opened();
        Ask(1);
        Ask(2);
        ExpectQuestion();
        ExpectQuestion();

        _station.Tell(new ConnectionFacts.Ended(new ConnectionEnd.Broken("gone")));

        Assert.Equal("connection_lost", ExpectResult(ResultStatus.Failed).Error);
        Assert.Equal("connection_lost", ExpectResult(ResultStatus.Failed).Error);
        Time.Advance(Given.OutOfBand.Timeout);
        Pass(_station);
        Quiet(_asker, _connection);
    }

    [Fact]
    public void Without_a_budget_nothing_is_asked_any_more()
    {
        Opened();
        _station.Tell(new OutOfBandMessages.Limit(null));

        Ask(1);

        Assert.Equal("budget", ExpectResult(ResultStatus.Disabled).Error);
        Quiet(_connection);
    }

    [Fact]
    public void With_a_tight_budget_a_question_shows_only_its_own_turn()
    {
        Opened();
        _station.Tell(new OutOfBandMessages.Limit(new ContextScope.Last(1)));
        Ask(1);
        Pass(_station);
        Quiet(_connection); // it must be referenced but has not been added yet

        Hear(Added(1));

        Assert.Equal([Given.Item(1)], ExpectQuestion().Response!.Input!.Select(item => item.Id!.Value));
    }

    private void Opened() => _connection.Send(_station, new ConnectionFacts.Opened());

    private void Hear(params ServerEvent[] events)
    {
        foreach (var e in events) _connection.Send(_station, Given.Received(e));
    }

    private void Ask(int turn)
    {
        Hear(Given.Committed(turn));
        _asker.Send(_station, new OutOfBandMessages.Ask(Given.Question(turn)));
    }

    private static ItemAdded Added(int turn) => new(new ConversationItem("message", Given.Item(turn), Role: "user"));

    // The connection sends it immediately.
    private CreateResponse ExpectQuestion()
    {
        var question = Assert.IsType<CreateResponse>(_connection.ExpectMsg<ConnectionMessages.Send>().Event);
        _connection.Send(_station, new ConnectionFacts.RequestSent(question.EventId!.Value));
        return question;
    }

    private OutOfBandResult ExpectResult(ResultStatus status)
    {
        var result = _asker.ExpectMsg<OutOfBandFacts.Answered>().Result;
        Assert.Equal(status, result.Status);
        return result;
    }
}
