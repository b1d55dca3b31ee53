using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>Charges each usage exactly once and reports each budget threshold that is reached.</summary>
public sealed class CostLedgerActor : StationActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private State _state, _checkpoint;

    /// <summary>Props of an actor that reports the budget to its parent.</summary>
    public static Props Props(LedgerSettings settings, SessionFacts facts, ContextScope context, ISessionDisplay? display = null,
        ISpending? spending = null) =>
        Akka.Actor.Props.Create(() => new CostLedgerActor(settings, facts, context, display, spending));

    /// <summary>Use <see cref="Props"/>.</summary>
    public CostLedgerActor(LedgerSettings settings, SessionFacts facts, ContextScope context, ISessionDisplay? display, ISpending? spending)
    {
        _state = _checkpoint = new State(new CostLedger(settings.Prices, facts.Model, facts.AsrModel, context), settings.Budget);

        Receive<ConnectionFacts.Opened>(m => _state.Ledger = _state.Ledger.Reopened(m.Model));
        Receive<LedgerMessages.Begin>(_ => Watch());
        Receive<ConnectionFacts.Received>(m =>
        {
            var charged = _state.Ledger.On(m.Event);
            if (_log.IsDebugEnabled) Write(_log, LedgerLog.Of(m.Event, _state.Ledger, charged));
            if (!ReferenceEquals(charged, _state.Ledger))
            {
                display?.ShowCosts(charged.Totals);
                spending?.Spent(charged.Total);
            }
            _state.Ledger = charged;
            Watch();
        });
        Receive<LedgerMessages.Published>(m => _state.Ledger = _state.Ledger.Published(m.Record));
        Receive<LedgerMessages.OfTenant>(m =>
        {
            _state.Budget = _state.Budget with { Tenant = m.Budget };
            Watch();
        });
        Receive<LedgerMessages.GetTotals>(_ => Tell(Sender, _state.Ledger.Totals));
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        if (message is ConnectionFacts.Received { Event: ResponseDone or AsrCompleted }) _state.Ledger = _state.Ledger.Missed();
        // those of records only refine an estimate, and a tenant's budget is told again with its next step
        return message is ConnectionFacts.Received or ConnectionFacts.Opened or LedgerMessages.Published or LedgerMessages.OfTenant;
    }

    private void Watch()
    {
        (_state.Budget, var reached) = _state.Budget.At(_state.Ledger.Total);
        if (reached is null) return;
        _log.Info("The budget is at {State}: {Cost} USD", reached.Step, reached.SpentUsd);
        Tell(Context.Parent, reached);
    }

    private record struct State(CostLedger Ledger, Budget Budget);
}
