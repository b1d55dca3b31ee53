using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.TestSupport;

/// <summary>The machine, a service and a network between them, driven by a history; an optional action receives the story.</summary>
internal sealed class World
{
    private static readonly double[] Waits = [0.001, 0.1, 0.3, 1, 2, 5, 10, 16];

    private readonly Action<string>? _tell;
    private readonly IMachine _machine;
    private readonly Call _call = new();
    private readonly Witness _witness;
    private readonly List<ServerEvent> _delivered = [];
    private readonly Queue<ClientEvent> _stuck = new();
    private Service _service;
    private int _connections = 1;
    private bool _isStuck;

    /// <summary>Tests the pure core.</summary>
    public World(Action<string>? tell = null) : this((leaves, tells) => new Machine(leaves, tells), tell)
    {
    }

    /// <summary>Tests a machine that reports sent events and published records.</summary>
    public World(Func<Action<ClientEvent>, Action<TurnRecord>, IMachine> machine, Action<string>? tell = null)
    {
        _tell = tell;
        _witness = new Witness(_call);
        _service = new Service(1, _call, fromMs: 0);
        _machine = machine(Leaves, record =>
        {
            _tell?.Invoke(
                $"  tells {record.Turn} {record.ItemId}: {record.Oob.Status} '{record.Oob.Text}' | {record.Asr.Status} '{record.Asr.Text}'");
            _witness.Told(record);
        });
        _machine.Connect();
    }

    /// <summary>All violations found.</summary>
    public IReadOnlyList<string> Violations => _witness.Violations;

    /// <summary>Runs the history, then continues until nothing is due.</summary>
    public void Live(History history)
    {
        foreach (var moment in history.Moments) Happen(moment);
        // Turns open at the end of a connection are received again.
        while (_service.IsBehind) _service.Commits(silently: false, idle: false);
        while (_service.Said.Count > 0) Deliver();
        _tell?.Invoke("time passes to its end");
        if (_machine.Pass(TimeSpan.FromHours(1)) >= Machine.MaxTimers) _witness.Wrong("Timers go on firing without progress.");
        _witness.AtTheEnd(_machine);
    }

    private void Happen(Moment moment)
    {
        var (what, which) = moment;
        switch (what)
        {
            case Happening.Deliver: for (var i = 0; i <= which % 4; i++) Deliver(); break;
            case Happening.DeliverTwice: Deliver(times: 2); break;
            case Happening.DeliverAgain when _delivered.Count > 0: Receive(_delivered[^(1 + which % _delivered.Count)], "again: "); break;
            case Happening.Lose: Lose(); break;
            case Happening.Speak: _service.HearsSpeech(); break;
            case Happening.Commit: _service.Commits(silently: false, idle: false); break;
            case Happening.CommitUnsaid: _service.Commits(silently: true, idle: false); break;
            case Happening.CommitIdle: _service.Commits(silently: false, idle: true); break;
            case Happening.Transcribe: _service.Transcribes(which, fails: false); break;
            case Happening.FailToTranscribe: _service.Transcribes(which, fails: true); break;
            case Happening.Read: _service.Reads(); break;
            case Happening.Ignore: _service.Ignores(); break;
            case Happening.Reject: _service.Rejects(withId: true, which % 4 == 0 ? "insufficient_quota" : "rate_limit_exceeded"); break;
            case Happening.RejectUnnamed: _service.Rejects(withId: false, "invalid_value"); break;
            case Happening.Answer: _service.Answers(); break;
            case Happening.Finish: _service.Finishes(which / 8, which); break;
            case Happening.Wait: Wait(Waits[which % Waits.Length]); break;
            case Happening.Stick: Stick(); break;
            case Happening.Stranger: Stranger(which); break;
            case Happening.Limit: Limit(which); break;
            case Happening.Disconnect: Disconnect(which); break;
        }
    }

    private void Leaves(ClientEvent e)
    {
        _tell?.Invoke(
            $"  sends {e.EventId}{(e is CreateResponse { Response: { } r } ? $" of {(r.Input is null ? "all" : string.Join('+', r.Input.Select(i => i.Id)))}" : "")}");
        _witness.Sent(e, _machine.SendsAtOnce);
        if (_isStuck) _stuck.Enqueue(e);
        else Arrives(e);
    }

    private void Arrives(ClientEvent e)
    {
        _machine.Left(e);
        _service.Arrives(e);
    }

    private void Deliver(int times = 1)
    {
        if (_service.Said.First is not { } first) return;
        _service.Said.RemoveFirst();
        _delivered.Add(first.Value);
        for (var i = 0; i < times; i++) Receive(first.Value, i == 0 ? "" : "twice: ");
    }

    private void Receive(ServerEvent e, string how)
    {
        _tell?.Invoke($"{how}{Named(e)}");
        _witness.Received(e);
        _machine.Receive(e);
    }

    // Item events and speech positions are never lost: an item without any event cannot become a turn.
    private void Lose()
    {
        if (_service.Said.First is not { Value: not (ItemAdded or SpeechStarted or SpeechStopped) } first) return;
        _service.Said.RemoveFirst();
        _tell?.Invoke($"lost: {Named(first.Value)}");
    }

    private void Wait(double seconds)
    {
        _tell?.Invoke($"{seconds} s pass");
        if (_machine.Pass(Seconds(seconds)) >= Machine.MaxTimers) _witness.Wrong("Timers go on firing without progress.");
    }

    private void Stick()
    {
        _isStuck = !_isStuck;
        _tell?.Invoke(_isStuck ? "the line is stuck" : "the line moves again");
        while (!_isStuck && _stuck.TryDequeue(out var e)) Arrives(e);
    }

    private void Stranger(int which) => Receive((which % 6) switch
    {
        0 => Asr("stranger", "strange words", Service.AsrUsage),
        1 => Done("stranger", "strange words", usage: Service.ResponseUsage, metadata: Metadata("stranger", 9)),
        2 => Error("server_error", type: "server_error"),
        3 => Error("nobody", "oob_transcription_99_1"),
        4 => Text("stranger", "stranger", "strange words"),
        _ => new UnknownEvent("something.new"),
    }, "");

    private void Limit(int which)
    {
        ContextScope? scope = which % 3 == 0 ? null : new ContextScope.Last(1);
        _tell?.Invoke($"the budget allows {scope?.ToString() ?? "nothing"}");
        _machine.Limit(scope);
    }

    private void Disconnect(int which)
    {
        _tell?.Invoke("the line breaks");
        _stuck.Clear();
        _machine.Disconnect();
        Wait(Waits[which % Waits.Length]);
        _tell?.Invoke($"a new line, from {_machine.SoundFromMs} ms on");
        _delivered.Clear();
        _service = new Service(++_connections, _call, _machine.SoundFromMs);
        _witness.NewConnection();
        _machine.Connect();
    }

    private static string Named(ServerEvent e) => e switch
    {
        SpeechStarted s => $"speech {s.ItemId}",
        SpeechStopped s => $"silence after {s.ItemId}",
        InputTimedOut i => $"nobody speaks: {i.ItemId}",
        InputCommitted c => $"committed {c.ItemId}",
        ItemAdded a => $"added {a.Item.Id}",
        ItemDone d => $"item done {d.Item.Id}",
        AsrCompleted a => $"asr {a.ItemId} '{a.Transcript}'",
        AsrFailed a => $"asr failed {a.ItemId}",
        ResponseCreated c => $"created {c.Response.Id}{About(c.Response)}",
        ResponseDone d => $"done {d.Response.Id} {d.Response.Status} '{d.Response.Text}'{About(d.Response)}",
        ServerError r => $"error {r.Error.Code} of {r.Error.EventId ?? "nobody"}",
        _ => e.ToString()!,
    };

    private static string About(ResponseState r) => r.Metadata is { } m ? $" for oob_transcription_{m["turn"]}_{m["attempt"]}" : "";
}
