using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>Charges each usage exactly once and says when the budget is nearly or wholly spent.</summary>
public sealed class CostLedgerActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LedgerSettings _settings;
    private readonly CostLedger _ledger;
    private BudgetState _budget = BudgetState.Free;

    /// <summary>Props of an actor that tells its parent about the budget.</summary>
    public static Props Props(LedgerSettings settings, SessionFacts facts) => Akka.Actor.Props.Create(() => new CostLedgerActor(settings, facts));

    /// <summary>Use <see cref="Props"/>.</summary>
    public CostLedgerActor(LedgerSettings settings, SessionFacts facts)
    {
        _settings = settings;
        _ledger = new CostLedger(settings.Prices, facts.Model, facts.AsrModel);

        Receive<ConnectionFacts.Opened>(_ => _ledger.Reopened());
        Receive<ConnectionFacts.Received>(m =>
        {
            _ledger.On(m.Event);
            Watch();
        });
        Receive<LedgerMessages.AudioNotReported>(m => _ledger.AudioNotReported(m.Audio));
        Receive<LedgerMessages.GetTotals>(_ => Sender.Tell(_ledger.Totals));
    }

    private void Watch()
    {
        var total = _ledger.Totals.Total;
        var state = _settings.Budget.At(total);
        if (state <= _budget) return;
        _budget = state;
        _log.Warning("The budget is {State} at {Cost} USD", state, total);
        Context.Parent.Tell(new SessionMessages.BudgetReached(state == BudgetState.Spent, total, _settings.Budget.LimitUsd!.Value));
    }
}
