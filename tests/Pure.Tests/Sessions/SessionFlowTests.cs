using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Sessions;

public class SessionFlowTests
{
    private static readonly SessionFacts Facts = new(new SessionId("s-1"), "ws://x", "m", null, "r", "-");
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);
    private static readonly Notice Early = new(NoticeLevel.Info, "early", "Before the start.");

    [Fact]
    public void A_session_drains_its_turns_finishes_its_tasks_closes_reports_and_flushes() =>
        Running()
            .Does(flow => flow.AllSent(), "turns Drain")
            .Does(flow => flow.TurnsJoined(2))
            .Does(flow => flow.Drained(0), "no timer", "tasks Finish")
            .Does(flow => flow.TasksFinished(), "socket Close")
            .Does(flow => flow.Disconnected(ExitKind.Completed, "closed"), "outofband Flush")
            .Does(flow => flow.OutOfBandFlushed(), "turns Drain")
            .Does(flow => flow.Drained(0), "tasks Finish")
            .Does(flow => flow.TasksFinished(), "ledger GetTotals", "mic GetReport", "playback GetReport", "timer 2 s")
            .Does(flow => flow.Reported(report => report with { Bill = LedgerMessages.Totals.None }, Now))
            .Does(flow => flow.Reported(report => report with { Mic = new(0, default, 0) }, Now))
            .Does(flow => flow.Reported(report => report with { Playback = new(0, 0) }, Now), "summary of 2 turns", "sinks Flush", "timer 5 s")
            .Does(flow => flow.Flushed(new(0)), "ends Completed")
            .Does(flow => flow.StationStopped("mic"));

    [Fact]
    public void What_is_raised_before_the_start_is_published_after_it() =>
        new Story(Flow())
            .Does(flow => flow.NoticeRaised(Early))
            .Does(flow => flow.Opened(Now), "session", "notice early", "notice given", "ledger Begin");

    [Fact]
    public void A_short_file_may_be_sent_before_the_session_knows_of_its_connection() =>
        new Story(Flow())
            .Does(flow => flow.AllSent())
            .Does(flow => flow.Opened(Now), "session", "notice given", "ledger Begin", "turns Drain")
            .Does(flow => flow.Drained(0), "no timer", "tasks Finish");

    [Fact]
    public void A_session_that_never_opened_reports_only_its_reason()
    {
        new Story(Flow()).Does(flow => flow.Disconnected(ExitKind.Configuration, "No such model."), "ends Configuration: No such model.");
        new Story(Flow()).Does(flow => flow.StationStopped("socket"), "ends Failed: The socket station failed; see session.log.");
        new Story(Flow()).Does(flow => flow.Stop(), "socket Close");
    }

    [Fact]
    public void It_stops_listening_when_asked_after_its_turns_or_after_its_time()
    {
        Running().Does(flow => flow.Stop(), "mic Stop", "timer 20 s").Does(flow => flow.Stop());
        Running(new(AfterTurns: 2, null)).Does(flow => flow.TurnsJoined(1)).Does(flow => flow.TurnsJoined(2), "mic Stop", "timer 20 s");
        new Story(Flow(new(null, Seconds(60))))
            .Does(flow => flow.Opened(Now), "session", "notice given", "ledger Begin", "timer 60 s")
            .Does(flow => flow.TimeIsUp(Now), "mic Stop", "timer 20 s");
    }

    [Fact]
    public void A_connection_that_takes_no_more_audio_does_not_delay_the_drain() =>
        Running().Does(flow => flow.Stop(), "mic Stop", "timer 20 s").Does(flow => flow.TimeIsUp(Now), "turns Drain");

    [Fact]
    public void Turns_that_stay_open_are_named() =>
        Running()
            .Does(flow => flow.AllSent(), "turns Drain")
            .Does(flow => flow.Drained(3), "no timer", "notice drain_timeout", "tasks Finish");

    [Fact]
    public void A_station_that_failed_is_sent_again_what_it_may_have_failed_on()
    {
        var failed = new SessionMessages.StationFailed("turns", "x", "Drain", NeedsReconnect: true);
        Running()
            .Does(flow => flow.StationFailed(failed), "socket Reopen", "notice station_restarted")
            .Does(flow => flow.Stop(), "mic Stop", "timer 20 s")
            .Does(flow => flow.StationFailed(failed), "socket Reopen", "notice station_restarted", "mic Stop")
            .Does(flow => flow.AllSent(), "turns Drain")
            .Does(flow => flow.StationFailed(failed), "socket Reopen", "notice station_restarted", "mic Stop", "turns Drain")
            .Does(flow => flow.Disconnected(ExitKind.Failed, "1006"), "outofband Flush")
            .Does(flow => flow.StationFailed(failed with { NeedsReconnect = false }), "notice station_restarted", "turns Drain");
    }

    [Fact]
    public void A_station_that_is_gone_ends_the_session_and_what_never_reports_is_not_waited_for() =>
        Running()
            .Does(flow => flow.StationStopped("mic"), "ledger GetTotals", "mic GetReport", "playback GetReport", "timer 2 s")
            .Does(flow => flow.TimeIsUp(Now), "notice session_failed", "summary of 0 turns", "sinks Flush", "timer 5 s")
            .Does(flow => flow.TimeIsUp(Now), "sinks Flush", "timer 2 s")
            .Does(flow => flow.TimeIsUp(Now), "ends Failed: The mic station failed; see session.log.");

    [Fact]
    public void Records_that_the_sinks_lost_are_how_the_session_ends()
    {
        Story Flushing() => Running()
            .Does(flow => flow.Disconnected(ExitKind.Completed, "closed"), "outofband Flush")
            .Does(flow => flow.TasksFinished(), "ledger GetTotals", "mic GetReport", "playback GetReport", "timer 2 s")
            .Does(flow => flow.TimeIsUp(Now), "summary of 0 turns", "sinks Flush", "timer 5 s");
        Flushing().Does(flow => flow.Flushed(new(2, "json: full")), "ends Records: 2 records could not be written (json: full).");
        Flushing().Does(flow => flow.TimeIsUp(Now), "sinks Flush", "timer 2 s")
            .Does(flow => flow.TimeIsUp(Now), "ends Records: 1 record could not be written (a sink does not answer).");
    }

    [Fact]
    public void A_session_ends_when_the_last_of_its_sinks_is_closed()
    {
        Running().Does(flow => flow.SinkClosed(), "mic Stop", "timer 20 s").Does(flow => flow.SinkClosed());
        new Story(Flow() with { Sinks = 2 }).Does(flow => flow.Opened(Now), "session", "notice given", "ledger Begin")
            .Does(flow => flow.SinkClosed()).Does(flow => flow.SinkClosed(), "mic Stop", "timer 20 s");
    }

    [Fact]
    public void A_spent_budget_ends_the_session_only_if_it_shall()
    {
        var spent = new SessionMessages.BudgetReached(1, new BudgetStep.DisableRequests(), 2, 2, OfTheDay: false);
        Running()
            .Does(flow => flow.BudgetReached(spent), "notice budget_spent", "outofband Limit")
            .Does(flow => flow.BudgetReached(spent with { Step = new BudgetStep.EndSession() }),
                "notice budget_spent", "outofband Limit", "mic Stop", "timer 20 s");
    }

    [Fact]
    public void A_lost_connection_and_the_next_one_are_notices_while_the_session_runs() =>
        Running()
            .Does(flow => flow.ConnectionLost("1006"), "notice disconnected")
            .Does(flow => flow.Opened(Now), "notice reconnected");

    [Fact]
    public void The_model_is_the_one_that_the_server_names_also_for_its_price() =>
        new Story(Flow()).Does(
            flow => flow.Opened(Now, "unknown"), "session unknown", "notice given", "notice unpriced_model", "ledger Begin");

    private static SessionFlow Flow(EndSettings? end = null) => new(
        Facts, end ?? new(null, null), Seconds(20), new ContextScope.Full(), [new Notice(NoticeLevel.Info, "given", "From the host.")],
        new LedgerSettings(new PriceList([new ModelPrice("m")]), new Budget(null)));

    private static Story Running(EndSettings? end = null) =>
        new Story(Flow(end)).Does(flow => flow.Opened(Now), "session", "notice given", "ledger Begin");

    private sealed class Story(SessionFlow flow)
    {
        private SessionFlow _flow = flow;

        public Story Does(Func<SessionFlow, Step<SessionFlow, SessionDecision>> on, params string[] expected)
        {
            (_flow, var decisions) = on(_flow);
            Assert.Equal(expected, decisions.Select(Say));
            return this;
        }

        private static string Say(SessionDecision decision) => decision switch
        {
            SessionDecision.Publish { Record: Notice notice } => $"notice {notice.Code}",
            SessionDecision.Publish { Record: SessionSummary summary } => $"summary of {summary.Turns} turns",
            SessionDecision.Publish { Record: SessionStarted { ServerModel: { } model } } => $"session {model}",
            SessionDecision.Publish => "session",
            SessionDecision.Send send => $"{send.To.ToString().ToLowerInvariant()} {send.Message.GetType().Name}",
            SessionDecision.Wait { Time: { } time } => $"timer {time.TotalSeconds} s",
            SessionDecision.Wait => "no timer",
            SessionDecision.Finish { Ended: { Reason: { } reason } ended } => $"ends {ended.Exit}: {reason}",
            SessionDecision.Finish { Ended: var ended } => $"ends {ended.Exit}",
            _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, null),
        };
    }
}
