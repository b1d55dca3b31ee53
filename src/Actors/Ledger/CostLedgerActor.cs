using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>Charges each usage exactly once and says which step of the budget is reached.</summary>
public sealed class CostLedgerActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CostLedger _ledger;
    private Budget _budget;

    /// <summary>Props of an actor that tells its parent about the budget.</summary>
    public static Props Props(LedgerSettings settings, SessionFacts facts, ContextScope context) => Akka.Actor.Props.Create(() => new CostLedgerActor(settings, facts, context));

    /// <summary>Use <see cref="Props"/>.</summary>
    public CostLedgerActor(LedgerSettings settings, SessionFacts facts, ContextScope context)
    {
        _ledger = new CostLedger(settings.Prices, facts.Model, facts.AsrModel, context);
        _budget = settings.Budget;

        Receive<ConnectionFacts.Opened>(_ => _ledger.Reopened());
        Receive<LedgerMessages.Begin>(_ => Watch());
        Receive<ConnectionFacts.Received>(m =>
        {
            _ledger.On(m.Event);
            Watch();
        });
        Receive<LedgerMessages.Told>(m => _ledger.Told(m.Record));
        Receive<LedgerMessages.GetTotals>(_ => Sender.Tell(_ledger.Totals));
    }

    private void Watch()
    {
        (_budget, var reached) = _budget.At(_ledger.Total);
        if (reached is null) return;
        _log.Warning("The budget is at {State}: {Cost} USD", reached.Step, reached.SpentUsd);
        Context.Parent.Tell(reached);
    }
}
