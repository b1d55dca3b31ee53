using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using Step = RealtimeAkka.Actors.Stations.Step<RealtimeAkka.Actors.Socket.ConnectionCycle, RealtimeAkka.Actors.Socket.SocketDecision>;

namespace RealtimeAkka.Actors.Socket;

/// <summary>The time of a message: on the monotonic clock, as a date, and a random number in [0, 1).</summary>
public readonly record struct Moment(TimeSpan Now, DateTimeOffset Utc, double Chance);

/// <summary>
/// The connections of a session, one after the other: what each message means in each phase. Open only after <c>session.updated</c>;
/// a connection that ends without a request of ours is replaced, whatever the server's reason.
/// </summary>
/// <param name="Connectivity">Whether there is a connection, and why not.</param>
/// <param name="Rollover">Age at which a connection is replaced.</param>
/// <param name="Settings">The settings that each connection requests.</param>
public sealed record ConnectionCycle(Connectivity Connectivity, TimeSpan Rollover, SettingsCheck Settings)
{
    private enum Phase { Idle, Opening, Open, Closing, Waiting, Over }

    private Phase Now { get; init; }
    private SessionState? Created { get; init; } // on this connection
    private ConnectionOutcome? Closing { get; init; } // the outcome once the connection is closed
    private TimeSpan OpenSince { get; init; }
    private long Updates { get; init; } // sent on all connections
    private string? Reported { get; init; } // the last notice about settings: it is not repeated with each connection

    /// <summary>The instructions of an answer with which the assistant begins the session; null: the caller speaks first.</summary>
    public string? Greeting { get; init; }

    /// <summary>Make the first connection.</summary>
    public Step Begin() => Now == Phase.Idle ? Connect() : new(this);

    /// <summary>The connection received an event.</summary>
    public Step On(ServerEvent e, Moment at) => (Now, e) switch
    {
        // The server sends session.created first; an error in its place means a bad key or model (docs/protocol.md 2.2).
        (Phase.Opening, SessionCreated created) => new(
            this with { Connectivity = Connectivity.Configuring(), Created = created.Session, Updates = Updates + 1 },
            new SocketDecision.Send(new SessionUpdate(Settings.Requested) { EventId = EventId.Of($"session_{Updates + 1}") })),
        (Phase.Opening, SessionUpdated updated) => Opened(updated.Session, at),
        (Phase.Opening or Phase.Open, ServerError { Error: var error }) => Refused(error, at),
        // The router passes on the last of a run of failed answers: how some servers end a session (docs/protocol.md 11).
        (Phase.Open, ResponseDone) when at.Now - OpenSince > Connectivity.Reconnect.MaxDelay
            => Close(ConnectionOutcome.Renewal("The server failed several answers in a row.")),
        _ => new(this),
    };

    /// <summary>The connection has ended.</summary>
    public Step Ended(ConnectionEnd end, Moment at) => Lost(Closing ?? Connectivity.Ended(end), at);

    /// <summary>The connection's actor failed.</summary>
    public Step Failed(Moment at)
    {
        if (Closing is { } outcome) return Lost(outcome, at);
        var (next, failed) = Connectivity.Failed(at.Now);
        return (this with { Connectivity = next }).Lost(failed, at);
    }

    /// <summary>A timer has expired.</summary>
    public Step Due(SocketTimer timer, Moment at) => (Now, timer) switch
    {
        (Phase.Opening, SocketTimer.Limit) => Lost(Connectivity.TimedOut, at),
        (Phase.Closing, SocketTimer.Limit) => Lost(Closing!, at),
        (Phase.Waiting, SocketTimer.Reconnect) => Connect(),
        (Phase.Open, SocketTimer.Pause) => new(this, new SocketDecision.AwaitPause()),
        (Phase.Open, SocketTimer.Expiry) => Close(ConnectionOutcome.Renewal("The server's session was about to expire.")),
        _ => new(this),
    };

    /// <summary>Replace the connection.</summary>
    public Step Reopen(string reason, Moment at) => Now switch
    {
        Phase.Opening => Lost(ConnectionOutcome.Renewal(reason), at),
        Phase.Open => Close(ConnectionOutcome.Renewal(reason)),
        _ => new(this), // another connection comes anyway
    };

    /// <summary>Close the connection, and make no other.</summary>
    public Step Close() => Now switch
    {
        Phase.Open or Phase.Closing => Close(Connectivity.Closed),
        Phase.Opening => new(this with { Now = Phase.Over }, new SocketDecision.Drop(), new SocketDecision.End(Connectivity.Closed)),
        Phase.Over => new(this),
        _ => new(this with { Now = Phase.Over }, new SocketDecision.End(Connectivity.Closed)),
    };

    private Step Refused(ErrorDetail error, Moment at)
    {
        var (connectivity, rejection, notice) = Connectivity.Error(error);
        ImmutableArray<SocketDecision> told = notice is null ? [] : [new SocketDecision.Raise(notice)];
        var step = new Step(this with { Connectivity = connectivity }, [.. told, new SocketDecision.Log(error)]);
        return rejection is not null && Now == Phase.Opening ? step.Then(cycle => cycle.Lost(rejection, at)) : step;
    }

    private Step Connect() => new(
        this with { Now = Phase.Opening, Connectivity = Connectivity.Connecting(), Created = null, Closing = null },
        new SocketDecision.Connect(Connectivity.NeedsFreshKey));

    private Step Opened(SessionState? session, Moment at)
    {
        var differences = Settings.Compare(session?.All);
        if (differences.Any(difference => difference.IsFatal)) return Lost(ConnectionOutcome.Unusable(differences), at);
        var renewal = ConnectionRenewal.Of(Rollover, session?.ExpiresAt ?? Created?.ExpiresAt, at.Utc);
        var notice = SettingsCheck.NoticeOf(differences);
        var announce = new SocketDecision.Announce(session?.Model ?? Created?.Model, renewal);
        var next = this with
        {
            Now = Phase.Open, Connectivity = Connectivity.Opened(at.Now), OpenSince = at.Now, Reported = notice?.Message ?? Reported,
        };
        ImmutableArray<SocketDecision> raised = notice is null || notice.Message == Reported ? [] : [new SocketDecision.Raise(notice)];
        return new(next, [announce, .. raised, .. Connectivity.WasOpen ? [] : Greet()]);
    }

    private IEnumerable<SocketDecision> Greet()
    {
        if (Greeting is null) yield break;
        var request = new CreateResponse(new ResponseRequest(Instructions: Greeting)) { EventId = EventId.Of("turn_greeting") };
        yield return new SocketDecision.Send(request);
    }

    // Events that arrive meanwhile still go to their recipients.
    private Step Close(ConnectionOutcome outcome) =>
        new(this with { Now = Phase.Closing, Closing = outcome }, new SocketDecision.Close());

    private Step Lost(ConnectionOutcome outcome, Moment at)
    {
        var (connectivity, wait) = Connectivity.Lost(outcome, at.Now, at.Chance);
        var next = this with { Connectivity = connectivity, Now = wait is null ? Phase.Over : Phase.Waiting, Closing = null };
        if (wait is not { } delay) return new(next, new SocketDecision.Drop(), new SocketDecision.End(outcome));
        var waiting = new SocketDecision.Wait(delay, outcome.Reason);
        // Until a connection is open again it is one loss, however many attempts fail.
        return Connectivity.Loss is not null ? new(next, new SocketDecision.Drop(), waiting)
            : new(next, new SocketDecision.Drop(), new SocketDecision.Suspend(outcome.Reason), waiting);
    }
}
