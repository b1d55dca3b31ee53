using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Actor.Tests;

public sealed class CostLedgerActorTests : ActorSpec
{
    [Fact]
    public void A_response_and_a_transcript_are_charged_once_however_often_they_are_told()
    {
        var ledger = Ledger();
        Hear(ledger, Given.OobDone("r1", 1, "one", tokens: 2), Given.OobDone("r1", 1, "one", tokens: 2), Given.Done("r2", tokens: 5),
            Given.Done("r2", tokens: 5));
        Hear(ledger, Given.Asr(1, "one", tokens: 3), Given.Asr(1, "one", tokens: 3), Given.Asr(2, "two", tokens: 4));

        var bill = Totals(ledger);

        Assert.Equal((3m, 7m, 5m, 0m), (bill.Transcription, bill.Asr, bill.Conversation, bill.Tasks.Usd));
    }

    [Fact]
    public void What_was_charged_before_a_reconnect_is_not_charged_again()
    {
        var ledger = Ledger();
        Hear(ledger, Given.Done("r1", tokens: 1), Given.Asr(1, "one", tokens: 2));
        ledger.Tell(new ConnectionFacts.Opened());
        Hear(ledger, Given.Done("r1", tokens: 1), Given.Asr(1, "one", tokens: 2), Given.Done("r2", tokens: 4));

        var bill = Totals(ledger);

        Assert.Equal((5m, 2m), (bill.Conversation, bill.Asr));
    }

    [Fact]
    public void Audio_that_was_heard_but_not_reported_is_estimated_beside_the_bill()
    {
        var ledger = Ledger();
        Hear(ledger, Given.OobDone("r1", 1, "one", tokens: 2));
        ledger.Tell(new LedgerMessages.Published(new TurnJoined(
            "s", 1, Given.Item(1), "vad", 0, 2000,
            new OutOfBandTranscript(ResultStatus.Completed, "one", null, "full", 1, 0, null, 3m, null),
            new AsrTranscript(ResultStatus.Disabled, null, null, null, null, 0m, null), null, [TurnFlags.UsageWithoutAudio])));

        var bill = Totals(ledger);

        Assert.Equal((3m, 23m), (bill.Transcription, bill.TranscriptionIfAudioBilled));
    }

    [Fact]
    public void What_the_day_has_spent_already_is_told_when_the_session_begins()
    {
        var ledger = Ledger(new Budget(null, PerDayUsd: 10m) { SpentTodayUsd = 8m });
        ledger.Tell(new LedgerMessages.Begin());
        Parent.ExpectMsg(new SessionMessages.BudgetReached(0.8m, Narrow, 8m, 10m, OfTheDay: true));
    }

    [Fact]
    public void The_budget_is_told_at_80_percent_and_when_it_is_spent_each_once()
    {
        var ledger = Ledger(limit: 10);

        Hear(ledger, Given.Done("r1", tokens: 7));
        Pass(ledger);
        Quiet(Parent);
        Hear(ledger, Given.Done("r2", tokens: 1));
        Parent.ExpectMsg(new SessionMessages.BudgetReached(0.8m, Narrow, 8m, 10m, OfTheDay: false));
        Hear(ledger, Given.Done("r3", tokens: 1));
        Pass(ledger);
        Quiet(Parent);
        Hear(ledger, Given.Done("r4", tokens: 1));
        Parent.ExpectMsg(new SessionMessages.BudgetReached(1m, new BudgetStep.DisableRequests(), 10m, 10m, OfTheDay: false));
        Hear(ledger, Given.Done("r5", tokens: 100));
        Pass(ledger);
        Quiet(Parent);
    }

    [Fact]
    public void A_budget_that_is_spent_in_one_go_is_told_as_spent()
    {
        var ledger = Ledger(limit: 10);

        Hear(ledger, Given.Asr(1, "a long speech", tokens: 12));

        Parent.ExpectMsg(new SessionMessages.BudgetReached(1m, new BudgetStep.DisableRequests(), 12m, 10m, OfTheDay: false));
    }

    [Fact]
    public void Without_a_budget_nothing_is_told()
    {
        var ledger = Ledger();

        Hear(ledger, Given.Done("r1", tokens: 1_000_000));
        Pass(ledger);

        Quiet(Parent);
    }

    [Fact]
    public void Each_charge_is_shown_to_whoever_watches_and_nothing_else_is()
    {
        var display = new SeenDisplay();
        var ledger = Play(CostLedgerActor.Props(Given.Ledger, Given.Facts, Given.OutOfBand.Context, display));
        Hear(ledger, Given.Done("r1", tokens: 7), Given.Done("r1", tokens: 7), Given.Done("r2", tokens: 1));
        Pass(ledger);

        Assert.Equal([7m, 8m], display.Costs.Select(costs => costs.Total));
    }

    private static readonly BudgetStep Narrow = new BudgetStep.LimitContext(new ContextScope.Last(1));

    private IActorRef Ledger(decimal? limit = null) => Ledger(new Budget(limit));

    private IActorRef Ledger(Budget budget) =>
        Play(CostLedgerActor.Props(Given.Ledger with { Budget = budget }, Given.Facts, Given.OutOfBand.Context));

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
