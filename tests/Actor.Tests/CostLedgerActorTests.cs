using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Actor.Tests;

public sealed class CostLedgerActorTests : ActorSpec
{
    [Fact]
    public void A_response_and_a_transcript_are_charged_once_however_often_they_are_told()
    {
        var ledger = Ledger();
        Hear(ledger, Given.OobDone("r1", 1, "one", tokens: 2), Given.OobDone("r1", 1, "one", tokens: 2), Given.Done("r2", tokens: 5), Given.Done("r2", tokens: 5));
        Hear(ledger, Given.Asr(1, "one", tokens: 3), Given.Asr(1, "one", tokens: 3), Given.Asr(2, "two", tokens: 4));

        var bill = Totals(ledger);

        Assert.Equal((3m, 7m, 5m, 0m), (bill.Transcription, bill.Asr, bill.Conversation, bill.Tasks));
    }

    [Fact]
    public void On_a_new_connection_the_same_ids_are_other_things()
    {
        var ledger = Ledger();
        Hear(ledger, Given.Done("r1", tokens: 1));
        ledger.Tell(new ConnectionFacts.Opened());
        Hear(ledger, Given.Done("r1", tokens: 1));

        Assert.Equal(2m, Totals(ledger).Conversation);
    }

    [Fact]
    public void Audio_that_was_heard_but_not_reported_is_estimated_beside_the_bill()
    {
        var ledger = Ledger();
        Hear(ledger, Given.OobDone("r1", 1, "one", tokens: 2));
        ledger.Tell(new LedgerMessages.AudioNotReported(TimeSpan.FromSeconds(2)));

        var bill = Totals(ledger);

        Assert.Equal((3m, 23m), (bill.Transcription, bill.TranscriptionIfAudioBilled));
    }

    [Fact]
    public void The_budget_is_told_at_80_percent_and_when_it_is_spent_each_once()
    {
        var ledger = Ledger(limit: 10);

        Hear(ledger, Given.Done("r1", tokens: 7));
        Pass(ledger);
        Quiet(Parent);
        Hear(ledger, Given.Done("r2", tokens: 1));
        Parent.ExpectMsg(new SessionMessages.BudgetReached(Spent: false, 8m, 10m));
        Hear(ledger, Given.Done("r3", tokens: 1));
        Pass(ledger);
        Quiet(Parent);
        Hear(ledger, Given.Done("r4", tokens: 1));
        Parent.ExpectMsg(new SessionMessages.BudgetReached(Spent: true, 10m, 10m));
        Hear(ledger, Given.Done("r5", tokens: 100));
        Pass(ledger);
        Quiet(Parent);
    }

    [Fact]
    public void A_budget_that_is_spent_in_one_go_is_told_as_spent()
    {
        var ledger = Ledger(limit: 10);

        Hear(ledger, Given.Asr(1, "a long speech", tokens: 12));

        Parent.ExpectMsg(new SessionMessages.BudgetReached(Spent: true, 12m, 10m));
    }

    [Fact]
    public void Without_a_budget_nothing_is_told()
    {
        var ledger = Ledger();

        Hear(ledger, Given.Done("r1", tokens: 1_000_000));
        Pass(ledger);

        Quiet(Parent);
    }

    private IActorRef Ledger(decimal? limit = null) => Play(CostLedgerActor.Props(Given.Ledger with { Budget = new Budget(limit) }, Given.Facts));

    private static void Hear(IActorRef ledger, params ServerEvent[] events)
    {
        foreach (var e in events) ledger.Tell(Given.Received(e));
    }

    private LedgerMessages.Totals Totals(IActorRef ledger)
    {
        Parent.Send(ledger, new LedgerMessages.GetTotals());
        return Parent.ExpectMsg<LedgerMessages.Totals>();
    }
}
