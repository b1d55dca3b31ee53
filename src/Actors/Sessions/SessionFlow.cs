using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>
/// The life of a session: what each message means in its present state.
/// <list type="bullet">
/// <item>Starting: until the first connection is open.</item>
/// <item>Running: until the session listens no more.</item>
/// <item>Draining: the microphone sends all it has, then the turns finish what is open, then the tasks do their work at the end.</item>
/// <item>Closing: without a connection the open turns end as they are, and what the assistant said is played to the end.</item>
/// <item>Reporting: every station reports its figures.</item>
/// <item>Flushing: the sinks write the summary.</item>
/// </list>
/// </summary>
/// <param name="Facts">What stays the same for the whole session.</param>
/// <param name="End">When the session ends by itself.</param>
/// <param name="Drain">How long the open turns may take once nobody is listened to any more.</param>
/// <param name="Context">What the out-of-band requests show the model.</param>
/// <param name="Notices">Published when the session has started.</param>
/// <param name="Ledger">The prices and the budget, about which there may be more notices.</param>
public sealed record SessionFlow(
    SessionFacts Facts, EndSettings End, TimeSpan Drain, ContextScope Context, IReadOnlyList<Notice> Notices, LedgerSettings Ledger)
{
    // A station that failed does not answer, and a sink that is stuck does not delay the end of the session for ever.
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(2), LastFlushTimeout = TimeSpan.FromSeconds(2);

    // For the last words of the assistant, which may wait for an answer that is under way.
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(30);

    /// <summary>Number of sinks.</summary>
    public int Sinks { get; init; } = 1;

    /// <summary>How long the sinks may take to write what waits at the end.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(5);

    private enum Phase { Starting, Running, Draining, Closing, Reporting, Flushing, Over }

    private Phase State { get; init; }
    private SessionOutcome Outcome { get; init; } = new();
    private ImmutableList<Notice> Early { get; init; } = []; // published once the session has started
    private LedgerMessages.OfTenant? Tenant { get; init; } // told before the session has started
    private bool InputEnded { get; init; }
    private bool IsLeaving { get; init; } // the assistant says its last words
    private bool IsLate { get; init; } // the sinks have to give up what they have not written

    private bool IsConnected => State is Phase.Running or Phase.Draining;
    private Step<SessionFlow, SessionDecision> Unchanged => new(this);

    /// <summary>A connection is open; from the second time on, reopened. The server names its model <paramref name="model"/>.</summary>
    public Step<SessionFlow, SessionDecision> Opened(DateTimeOffset now, string? model = null)
    {
        if (State == Phase.Starting) return Start(model, now);
        if (!IsConnected) return Unchanged;
        return new(
            this with { Outcome = Outcome.Reconnected() },
            Notify(NoticeLevel.Info, "reconnected", "Reconnected: history resent, open requests retried."));
    }

    /// <summary>The connection is lost; another one will be made.</summary>
    public Step<SessionFlow, SessionDecision> ConnectionLost(string reason) =>
        IsConnected ? new(this, Notify(NoticeLevel.Warning, "disconnected", reason)) : Unchanged;

    /// <summary>There is no connection and no other will be made.</summary>
    public Step<SessionFlow, SessionDecision> Disconnected(ExitKind exit, string reason)
    {
        if (State == Phase.Starting) return Finish(new(exit, reason)); // nothing was started: only the reason is reported
        if (!IsConnected) return Unchanged;
        // What was pending on the connection is abandoned by now. The turns are drained once they have been sent that.
        return new(
            this with { Outcome = Outcome.Disconnected(exit, reason), State = Phase.Closing },
            new SessionDecision.Send(SessionStation.OutOfBand, new OutOfBandMessages.Flush()));
    }

    /// <summary>The turns have been sent all that was pending out of band.</summary>
    public Step<SessionFlow, SessionDecision> OutOfBandFlushed() => State == Phase.Closing ? new(this, DrainTurns) : Unchanged;

    /// <summary>The session is asked to end.</summary>
    public Step<SessionFlow, SessionDecision> Stop() => State switch
    {
        Phase.Starting => new(this, CloseSocket),
        Phase.Running => StopListening(),
        _ => Unchanged,
    };

    /// <summary>A person wants something of the microphone, which has an effect until nobody is listened to any more.</summary>
    public Step<SessionFlow, SessionDecision> Control(MicMessages.Control control) =>
        State is Phase.Starting or Phase.Running ? new(this, new SessionDecision.Send(SessionStation.Mic, control)) : Unchanged;

    /// <summary>This many turns are joined so far.</summary>
    public Step<SessionFlow, SessionDecision> TurnsJoined(int count)
    {
        var next = this with { Outcome = Outcome.Joined(count) };
        return State == Phase.Running && count >= End.AfterTurns ? next.StopListening() : new(next);
    }

    /// <summary>How the transcripts of all turns so far agreed.</summary>
    public Step<SessionFlow, SessionDecision> Judged(HearingFigures hearing) =>
        new(this with { Outcome = Outcome with { Report = Outcome.Report with { Hearing = hearing } } });

    /// <summary>The microphone has sent all it has: of a short file maybe before this knows that the connection is open.</summary>
    public Step<SessionFlow, SessionDecision> AllSent() => State == Phase.Starting ? new(this with { InputEnded = true })
        : IsConnected ? new(this with { InputEnded = true, State = Phase.Draining }, DrainTurns) : Unchanged;

    /// <summary>The audio input failed, for this reason.</summary>
    public Step<SessionFlow, SessionDecision> InputFailed(string reason) =>
        IsConnected ? new(this with { Outcome = Outcome.End(ExitKind.Audio, reason) }) : Unchanged;

    /// <summary>Nothing is open any more, or the drain deadline passed with this many turns still open.</summary>
    public Step<SessionFlow, SessionDecision> Drained(int openTurns)
    {
        var finishTasks = new SessionDecision.Send(SessionStation.Tasks, new TaskMessages.Finish());
        if (State == Phase.Closing) return new(this, finishTasks);
        if (State != Phase.Draining) return Unchanged;
        ImmutableArray<SessionDecision> late = openTurns == 0 ? []
            : [Notify(NoticeLevel.Warning, "drain_timeout",
                FormattableString.Invariant($"{openTurns} open turns did not finish within {Drain.TotalSeconds:0.#} s."))];
        return new(this with { Outcome = Outcome.Drained(openTurns) }, [new SessionDecision.Wait(null), .. late, finishTasks]);
    }

    /// <summary>The tasks have done their work at the end.</summary>
    public Step<SessionFlow, SessionDecision> TasksFinished() => State switch
    {
        Phase.Draining => new(this with { Outcome = Outcome.Finished() }, CloseSocket),
        Phase.Closing => Report(),
        _ => Unchanged,
    };

    /// <summary>A station has a notice for a person.</summary>
    public Step<SessionFlow, SessionDecision> NoticeRaised(Notice notice) => State switch
    {
        Phase.Starting => new(this with { Early = Early.Add(notice) }),
        Phase.Running or Phase.Draining or Phase.Closing or Phase.Reporting => new(this, new SessionDecision.Publish(notice)),
        _ => Unchanged,
    };

    /// <summary>A threshold of a budget is reached.</summary>
    public Step<SessionFlow, SessionDecision> BudgetReached(SessionMessages.BudgetReached m)
    {
        if (!IsConnected) return Unchanged;
        var limit = new OutOfBandMessages.Limit(m.Step is BudgetStep.LimitContext narrow ? narrow.Scope : null);
        var step = new Step<SessionFlow, SessionDecision>(
            this, new SessionDecision.Publish(BudgetNotice.For(m)), new SessionDecision.Send(SessionStation.OutOfBand, limit));
        return m.Step is BudgetStep.EndSession
            ? step.Then(flow => (flow with { Outcome = Outcome.End(ExitKind.Budget, $"{BudgetNotice.Spent(m)}.") }).StopListening())
            : step;
    }

    /// <summary>Where the budget of the tenant stands; the ledger judges it once the session has started.</summary>
    public Step<SessionFlow, SessionDecision> OfTenant(LedgerMessages.OfTenant m) => State == Phase.Starting ? new(this with { Tenant = m })
        : IsConnected ? new(this, new SessionDecision.Send(SessionStation.Ledger, m)) : Unchanged;

    /// <summary>A station failed on a message and continues.</summary>
    public Step<SessionFlow, SessionDecision> StationFailed(SessionMessages.StationFailed m)
    {
        if (State > Phase.Closing) return Unchanged;
        var reopen = new SocketMessages.Reopen($"the {m.Station} station failed");
        ImmutableArray<SessionDecision> mended = m.NeedsReconnect ? [new SessionDecision.Send(SessionStation.Socket, reopen)] : [];
        var step = new Step<SessionFlow, SessionDecision>(this, mended).Then(flow => flow.NoticeRaised(StationFailures.NoticeOf(m)));
        // It may have failed on the message that the session sent, so that is sent again.
        ImmutableArray<SessionDecision> again = State switch
        {
            Phase.Draining when InputEnded => [StopMic, DrainTurns],
            Phase.Draining => [StopMic],
            Phase.Closing => [DrainTurns],
            _ => [],
        };
        return step.Then(flow => new(flow, again));
    }

    /// <summary>A station is gone for good.</summary>
    public Step<SessionFlow, SessionDecision> StationStopped(string station)
    {
        var reason = $"The {station} station failed; see session.log.";
        return State switch
        {
            Phase.Starting => Finish(new(ExitKind.Failed, reason)),
            Phase.Running or Phase.Draining => (this with { Outcome = Outcome.End(ExitKind.Failed, reason) }).Report(),
            Phase.Closing => (this with { Outcome = Outcome.EndIfCompleted(reason) }).Report(),
            Phase.Reporting => new(this with { Outcome = Outcome.EndIfCompleted(reason) }),
            _ => Unchanged,
        };
    }

    /// <summary>Stations have reported more figures.</summary>
    public Step<SessionFlow, SessionDecision> Reported(Func<SessionReport, SessionReport> add, DateTimeOffset now)
    {
        if (State != Phase.Reporting) return Unchanged;
        var next = this with { Outcome = Outcome with { Report = add(Outcome.Report) } };
        return next.Outcome.Report.IsComplete ? next.Summarize(now) : new(next);
    }

    /// <summary>The destination of a sink is gone. A session whose records nobody gets any more ends.</summary>
    public Step<SessionFlow, SessionDecision> SinkClosed()
    {
        var next = this with { Outcome = Outcome.SinkClosed() };
        return State == Phase.Running && next.Outcome.IsUnheard(Sinks) ? next.StopListening() : new(next);
    }

    /// <summary>The sinks have written everything, or given up.</summary>
    public Step<SessionFlow, SessionDecision> Flushed(SinkMessages.Flushed flushed) =>
        State == Phase.Flushing ? Finish(Outcome.Flushed(flushed).Ended) : Unchanged;

    /// <summary>The time that was set last is over.</summary>
    public Step<SessionFlow, SessionDecision> TimeIsUp(DateTimeOffset now) => State switch
    {
        Phase.Running when End.SaysLastWords && !IsLeaving => new(
            this with { IsLeaving = true },
            new SessionDecision.Send(SessionStation.Turns, new TurnMessages.Leave(TooLong)), new SessionDecision.Wait(LastWordsLimit)),
        Phase.Running => StopListening(),
        Phase.Draining => new(this, DrainTurns), // the connection is stuck: the closing silence cannot be sent
        Phase.Reporting => Summarize(now),
        Phase.Flushing when IsLate => Flushed(new SinkMessages.Flushed(1, "a sink does not answer")),
        Phase.Flushing => new(this with { IsLate = true }, [.. Flush(now: true, LastFlushTimeout)]),
        _ => Unchanged,
    };

    private static SessionDecision CloseSocket => new SessionDecision.Send(SessionStation.Socket, new SocketMessages.Close());
    private static SessionDecision DrainTurns => new SessionDecision.Send(SessionStation.Turns, new TurnMessages.Drain());
    private static SessionDecision StopMic => new SessionDecision.Send(SessionStation.Mic, new MicMessages.Stop());

    private Notice TooLong => new(NoticeLevel.Info, "time_ended",
        FormattableString.Invariant($"The call has lasted {End.AfterDuration?.TotalSeconds:0.#} s and ends."));

    private static SessionDecision Notify(NoticeLevel level, string code, string message) =>
        new SessionDecision.Publish(new Notice(level, code, message));

    private Step<SessionFlow, SessionDecision> Start(string? model, DateTimeOffset now)
    {
        var prices = PriceNotices.Of(Ledger.Prices, model ?? Facts.Model, Facts.AsrModel, Ledger.Budget);
        ImmutableArray<SessionDecision> records =
        [
            new SessionDecision.Publish(Facts.Started(Context.ToString()!, now, model)),
            .. Early.AddRange(Notices).AddRange(prices).Select(notice => new SessionDecision.Publish(notice)),
            new SessionDecision.Send(SessionStation.Ledger, Tenant is { } tenant ? tenant : new LedgerMessages.Begin()),
        ];
        var next = this with { State = Phase.Running, Outcome = Outcome.Started(now), Early = [] };
        var step = new Step<SessionFlow, SessionDecision>(
            next, End.AfterDuration is { } time ? records.Add(new SessionDecision.Wait(time)) : records);
        return InputEnded ? step.Then(flow => flow.AllSent()) : step;
    }

    private Step<SessionFlow, SessionDecision> StopListening() =>
        new(this with { State = Phase.Draining }, StopMic, new SessionDecision.Wait(Drain));

    private Step<SessionFlow, SessionDecision> Report() => new(
        this with { State = Phase.Reporting },
        new SessionDecision.Send(SessionStation.Ledger, new LedgerMessages.GetTotals()),
        new SessionDecision.Send(SessionStation.Mic, new MicMessages.GetReport()),
        new SessionDecision.Send(SessionStation.Playback, new PlaybackMessages.GetReport()),
        new SessionDecision.Wait(ReportTimeout));

    private Step<SessionFlow, SessionDecision> Summarize(DateTimeOffset now) => new(
        this with { State = Phase.Flushing },
        [
            .. Outcome.Records(Facts, now).Select(record => new SessionDecision.Publish(record)),
            .. Flush(now: false, FlushTimeout),
        ]);

    private static SessionDecision[] Flush(bool now, TimeSpan timeout) =>
        [new SessionDecision.Send(SessionStation.Sinks, new SinkMessages.Flush(now)), new SessionDecision.Wait(timeout)];

    private Step<SessionFlow, SessionDecision> Finish(SessionMessages.Ended ended) =>
        new(this with { State = Phase.Over }, new SessionDecision.Finish(ended));
}
