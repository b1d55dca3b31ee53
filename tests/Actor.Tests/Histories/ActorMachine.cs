using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Turns;

namespace RealtimeAkka.Actor.Tests.Histories;

/// <summary>
/// The real stations that join turns, on a scripted connection and a virtual clock; microphone, speaker and sinks are probes.
/// After each step every actor empties its mailbox before the next step.
/// </summary>
internal sealed class ActorMachine : IMachine
{
    // Timers fire at the end of the step in which they are due, so their effects are late by at most one step.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Stepwise = TimeSpan.FromSeconds(20);

    // Longer than any of these calls.
    private static readonly AppendAudio Audio = new(new byte[120_000 * Pcm.BytesPerMillisecond]);

    private readonly ActorSystem _system;
    private readonly ManualTime _time;
    private readonly Action<IActorRef[]> _pass;
    private readonly Action<ClientEvent> _leaves;
    private readonly Action<TurnRecord> _tells;
    private readonly TestProbe _microphone, _sinks;
    private readonly IActorRef _turns, _outOfBand, _ledger;
    private IActorRef _connection = ActorRefs.Nobody;
    private ScriptedLine _line = new();
    private ScriptedLine.Departure? _departing;
    private SessionMessages.Drained? _drained;

    public ActorMachine(TestKitBase kit, ManualTime time, Action<IActorRef[]> pass, Action<ClientEvent> leaves, Action<TurnRecord> tells)
    {
        (_system, _time, _pass, _leaves, _tells) = (kit.Sys, time, pass, leaves, tells);
        (_microphone, _sinks) = (kit.CreateTestProbe(), kit.CreateTestProbe());
        var facts = Given.Facts with { Model = Terms.Model, AsrModel = Terms.AsrModel };
        _ledger = _system.ActorOf(
            CostLedgerActor.Props(new LedgerSettings(Terms.Prices, new Budget(null)), facts, Terms.OutOfBand.Context));
        _outOfBand = _system.ActorOf(OutOfBandActor.Props(Terms.OutOfBand, Terms.Prices, Terms.Model, time));
        _turns = _system.ActorOf(
            TurnCoordinatorActor.Props(Terms.Join, facts, Terms.Prices, time, kit.CreateTestProbe().Ref, _outOfBand, _ledger, _sinks.Ref));
    }

    public bool SendsAtOnce => false;

    public long SoundFromMs { get; private set; }

    public int OpenTurns
    {
        get
        {
            _microphone.Send(_turns, new TurnMessages.Drain());
            Pass(Terms.Join.Drain + Step);
            return _drained?.OpenTurns ?? throw new InvalidOperationException("The turns do not say that they are drained.");
        }
    }

    public LedgerMessages.Totals Bill
    {
        get
        {
            _microphone.Send(_ledger, new LedgerMessages.GetTotals());
            return _microphone.FishForMessage<LedgerMessages.Totals>(_ => true);
        }
    }

    // Like SocketActor.
    public void Connect()
    {
        (_line, _departing) = (new ScriptedLine(), null);
        _connection = _system.ActorOf(
            ConnectionActor.Props(new ScriptedConnector().Accept(_line), Given.Socket with { Window = 4 }, _microphone.Ref, _turns, _outOfBand, _ledger));
        _line.ExpectReader();
        // The service's times are those of audio that was sent.
        _connection.Tell(new ConnectionMessages.Send(Audio));
        _line.Next<AppendAudio>();
        foreach (var station in (IActorRef[])[_outOfBand, _ledger, _turns]) station.Tell(new ConnectionFacts.Opened(), _connection);
        Settle();
        _microphone.Send(_turns, new TurnMessages.AudioOffset(SoundFromMs));
        Settle();
    }

    public void Disconnect()
    {
        _system.Stop(_connection);
        _line.ExpectDisposed();
        _connection = ActorRefs.Nobody;
        foreach (var station in (IActorRef[])[_turns, _outOfBand]) station.Tell(new ConnectionFacts.Lost());
        Settle();
    }

    public void Receive(ServerEvent e)
    {
        _line.Emit(e);
        Settle();
    }

    public void Left(ClientEvent e)
    {
        var departing = _departing!;
        _departing = null;
        departing.Complete();
        Settle();
    }

    public void Limit(ContextScope? scope)
    {
        _outOfBand.Tell(new OutOfBandMessages.Limit(scope));
        Settle();
    }

    public int Pass(TimeSpan by)
    {
        for (var left = by < Stepwise ? by : Stepwise; left > TimeSpan.Zero; left -= Step) Advance(left < Step ? left : Step);
        if (by > Stepwise) Advance(by - Stepwise);
        return 0;
    }

    /// <summary>Stops all actors.</summary>
    public void Stop()
    {
        foreach (var actor in (IActorRef[])[_connection, _turns, _outOfBand, _ledger, _microphone.Ref, _sinks.Ref]) _system.Stop(actor);
    }

    private void Advance(TimeSpan by)
    {
        _time.Advance(by);
        Settle();
    }

    // The longest path of messages: an event to out-of-band, its answer to turns, their next request back, and out.
    private void Settle()
    {
        IActorRef[] way = [_outOfBand, _turns, _outOfBand, _turns, _ledger];
        _pass(_connection.IsNobody() ? way : [_connection, .. way, _connection]);
        while (_microphone.HasMessages)
        {
            var told = _microphone.ReceiveOne(TimeSpan.Zero);
            if (told is MicMessages.Release release) SoundFromMs = Math.Max(SoundFromMs, release.BeforeMs);
            _drained = told as SessionMessages.Drained ?? _drained;
        }
        while (_sinks.HasMessages)
            if (_sinks.ReceiveOne(TimeSpan.Zero) is SinkMessages.Write { Record: TurnRecord record }) _tells(record);
        if (_departing is not null || !_line.IsSending || _connection.IsNobody()) return;
        _departing = _line.Hold<ClientEvent>();
        _leaves(_departing.Event!);
    }
}
