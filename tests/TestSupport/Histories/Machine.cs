using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.TestSupport;

/// <summary>
/// The pure core, connected as the actors connect it, but without them: the router selects recipients, the join requests from the
/// tracker, the tracker reports to the join, and the ledger receives events. Outputs are sent events and published records.
/// </summary>
internal sealed class Machine(Action<ClientEvent> leaves, Action<TurnRecord> tells) : IMachine
{
    /// <summary>More timers in one wait are a loop without progress.</summary>
    public const int MaxTimers = 1000;

    private CostLedger _ledger = new(Terms.Prices, Terms.Model, Terms.AsrModel, Terms.OutOfBand.Context);
    private OutOfBandTracker _tracker = new(Terms.OutOfBand, Terms.Prices, Terms.Model);
    private TurnJoin _join = new(Terms.Join, "s-1", Terms.Prices);
    private EventRouter _router = new();

    public TimeSpan Now { get; private set; }

    public LedgerMessages.Totals Bill => _ledger.Totals;

    public int OpenTurns => _join.OpenTurns;

    public bool SendsAtOnce => true;

    public long SoundFromMs { get; private set; }

    // The life cycle of a connection; only this code reports it to the core.

    public void Connect()
    {
        _router = new EventRouter();
        _ledger = _ledger.Reopened();
        Take(_tracker.Opened(Now));
        Take(_join.Resume(SoundFromMs));
    }

    // Turns first: what the tracker gives up now is requested again on the next connection, not published.
    public void Disconnect()
    {
        _join = _join.Suspend();
        Take(_tracker.Disconnected(Now));
    }

    // Out-of-band before turns, as on the connection: it must know an item before the turns request its transcript.
    public void Receive(ServerEvent received)
    {
        var (to, e) = _router.Route(received);
        if (to.HasFlag(Recipients.OutOfBand)) Take(_tracker.On(e, Now));
        if (to.HasFlag(Recipients.Ledger)) _ledger = _ledger.On(e);
        if (to.HasFlag(Recipients.Turns)) Take(_join.On(e, Now));
    }

    public void Left(ClientEvent e)
    {
        _router.Sent(e);
        if (e is CreateResponse { EventId: { } id }) Take(_tracker.Left(id, Now));
    }

    public void Limit(ContextScope? scope) => Take(_tracker.Limit(scope, Now));

    /// <summary>The next due time.</summary>
    public TimeSpan? NextDue() => new[] { _tracker.NextDue(Now), _join.NextDue(Now) }.Min();

    /// <summary>Advances time with a timer at every requested due time; returns the number of timers that fired.</summary>
    public int Pass(TimeSpan by)
    {
        var until = Now + by;
        var fired = 0;
        while (NextDue() is { } due && due <= until && fired < MaxTimers)
        {
            if (due <= Now) throw new InvalidOperationException($"What is due at {due} was asked for at {Now}.");
            Now = due;
            fired++;
            Take(_tracker.OnTime(Now));
            Take(_join.OnTime(Now));
        }
        Now = until;
        return fired;
    }

    private void Take(Step<OutOfBandTracker, OutOfBandDecision> step)
    {
        _tracker = step.Next;
        foreach (var decision in step.Decisions)
        {
            if (decision is OutOfBandDecision.Send { Event: var e }) leaves(e);
            if (decision is OutOfBandDecision.Report { Result: var result }) Take(_join.On(result, Now));
        }
    }

    private void Take(Step<TurnJoin, TurnDecision> step)
    {
        _join = step.Next;
        foreach (var decision in step.Decisions)
        {
            if (decision is TurnDecision.Publish { Record: var told }) tells(told);
            if (decision is TurnDecision.Amend { Record: var amended }) tells(amended);
            if (decision is TurnDecision.Transcribe { Request: var request }) Take(_tracker.Ask(request, Now));
        }
        SoundFromMs = Math.Max(SoundFromMs, _join.Retention.BeforeMs);
    }
}
