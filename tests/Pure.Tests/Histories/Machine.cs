using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using RealtimeAkka.Pure.Tests.OutOfBand;
using RealtimeAkka.Pure.Tests.Turns;

namespace RealtimeAkka.Pure.Tests.Histories;

/// <summary>
/// The pure core put together as the actors put it together, without them: the router says who hears what, the join asks the desk, the
/// desk reports to the join, the ledger listens. What leaves for the wire and what is told comes out.
/// </summary>
internal sealed class Machine(Action<ClientEvent> leaves, Action<TurnRecord> tells)
{
    public static readonly Actors.OutOfBandSettings Desk = DeskStory.Settings with { MaxInFlight = 2, Queue = 4 };
    public static readonly Actors.TurnSettings Join = TurnStory.Settings;
    public const string Model = "gpt-realtime";

    private OutOfBandDesk _desk = new(Desk, Shipped.Prices, Model);
    private TurnJoin _join = new(Join, "s-1", Shipped.Prices);
    private EventRouter _router = new();

    public CostLedger Ledger { get; } = new(Shipped.Prices, Model, Join.AsrModel, Desk.Context);

    public TimeSpan Now { get; private set; }

    /// <summary>Turns that are committed and not told.</summary>
    public int OpenTurns => _join.OpenTurns;

    /// <summary>Sound before this is not needed again, in ms on the session's sound clock; the next connection hears it from here on.</summary>
    public long SoundFromMs { get; private set; }

    // The life of a connection: the only place that knows how the core is told of it.

    public void Connect()
    {
        _router = new EventRouter();
        Ledger.Reopened();
        Take(_desk.Opened(Now));
        Take(_join.Resume(SoundFromMs));
    }

    // The turns first: what the desk gives up now is asked again on the next connection, and not told.
    public void Disconnect()
    {
        _join = _join.Hold();
        Take(_desk.Disconnected(Now));
    }

    // Out-of-band before turns, as on the connection: it must know an item before the turns ask about it.
    public void Receive(ServerEvent received)
    {
        var (to, e) = _router.Route(received);
        if (to.HasFlag(Recipients.OutOfBand)) Take(_desk.On(e, Now));
        if (to.HasFlag(Recipients.Ledger)) Ledger.On(e);
        if (to.HasFlag(Recipients.Turns)) Take(_join.On(e, Now));
    }

    /// <summary>An event of ours has left for the wire.</summary>
    public void Left(ClientEvent e)
    {
        _router.Sent(e);
        if (e is CreateResponse { EventId: { } id }) Take(_desk.Left(id, Now));
    }

    public void Limit(ContextScope? scope) => Take(_desk.Limit(scope, Now));

    /// <summary>The next moment at which something is due.</summary>
    public TimeSpan? NextDue() => new[] { _desk.NextDue(Now), _join.NextDue(Now) }.Min();

    /// <summary>Time passes, with a timer at every moment that was asked for; the number of timers that fired.</summary>
    public int Pass(TimeSpan by)
    {
        var until = Now + by;
        var fired = 0;
        while (NextDue() is { } due && due <= until && fired < MostTimers)
        {
            if (due <= Now) throw new InvalidOperationException($"What is due at {due} was asked for at {Now}.");
            Now = due;
            fired++;
            Take(_desk.OnTime(Now));
            Take(_join.OnTime(Now));
        }
        Now = until;
        return fired;
    }

    /// <summary>More timers than this in one wait is a loop without progress.</summary>
    public const int MostTimers = 1000;

    private void Take(OutOfBandDesk.Step step)
    {
        _desk = step.Next;
        foreach (var decision in step.Decisions)
        {
            if (decision is OutOfBandDecision.Send { Event: var e }) leaves(e);
            if (decision is OutOfBandDecision.Report { Result: var result }) Take(_join.On(result, Now));
        }
    }

    private void Take(TurnJoin.Step step)
    {
        _join = step.Next;
        foreach (var decision in step.Decisions)
        {
            if (decision is TurnDecision.Emit { Record: var told }) tells(told);
            if (decision is TurnDecision.Amend { Record: var amended }) tells(amended);
            if (decision is TurnDecision.Transcribe { Request: var request }) Take(_desk.Ask(request, Now));
        }
        SoundFromMs = Math.Max(SoundFromMs, _join.Need.BeforeMs);
    }
}
