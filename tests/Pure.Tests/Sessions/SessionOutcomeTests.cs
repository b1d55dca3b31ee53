using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Sessions;

public class SessionOutcomeTests
{
    private static readonly SessionFacts Facts = new(new SessionId("s-1"), "ws://x", "m", null, "r", "-");
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 45, 0, TimeSpan.Zero);

    [Fact]
    public void A_session_that_ends_as_requested_has_a_summary_with_its_counts_and_its_length()
    {
        var outcome = new SessionOutcome().Started(Start).Joined(1).Joined(2).Reconnected().Drained(0).Finished()
            .Disconnected(ExitKind.Completed, "closed");

        var summary = Assert.IsType<SessionSummary>(Assert.Single(outcome.Records(Facts, Start + Seconds(38))));
        Assert.Equal((2, 1, 38_000L, "completed"), (summary.Turns, summary.Reconnects, summary.DurationMs, summary.Exit));
        Assert.Equal(new SessionMessages.Ended(ExitKind.Completed, null), outcome.Ended);
    }

    [Fact]
    public void A_failure_is_said_before_the_summary()
    {
        var records = new SessionOutcome().End(ExitKind.Audio, "The device is gone.").Records(Facts, Start).ToList();

        Assert.Equal(new Notice(NoticeLevel.Error, "session_failed", "The device is gone."), records[0]);
        Assert.Equal("audio", Assert.IsType<SessionSummary>(records[1]).Exit);
    }

    [Fact]
    public void A_spent_budget_has_its_own_notice_and_is_no_failure() =>
        Assert.Equal(
        "budget", Assert.IsType<SessionSummary>(
        Assert.Single(new SessionOutcome().End(ExitKind.Budget, "It is spent.").Records(Facts, Start))).Exit);

    [Theory]
    [InlineData(0, ExitKind.Completed)]
    [InlineData(1, ExitKind.Failed)]
    public void A_connection_that_is_lost_after_all_work_is_done_is_no_failure(int openTurns, ExitKind exit) =>
        Assert.Equal(exit, new SessionOutcome().Drained(openTurns).Finished().Disconnected(ExitKind.Failed, "1006").Ended.Exit);

    [Fact]
    public void A_connection_that_is_lost_before_the_tasks_are_finished_is_a_failure() =>
        Assert.Equal(new SessionMessages.Ended(ExitKind.Failed, "1006"),
        new SessionOutcome().Drained(0).Disconnected(ExitKind.Failed, "1006").Ended);

    [Fact]
    public void A_connection_that_was_closed_as_requested_keeps_the_reason_for_that() =>
        Assert.Equal(ExitKind.Budget,
        new SessionOutcome().End(ExitKind.Budget, "It is spent.").Disconnected(ExitKind.Completed, "closed").Ended.Exit);

    [Fact]
    public void Lost_records_are_an_exit_of_their_own_unless_the_session_failed()
    {
        var lost = new SinkMessages.Flushed(2, "json: disk full");
        Assert.Equal(new SessionMessages.Ended(ExitKind.Records, "2 records could not be written (json: disk full)."),
            new SessionOutcome().Flushed(lost).Ended);
        Assert.Equal(ExitKind.Audio, new SessionOutcome().End(ExitKind.Audio, "The device is gone.").Flushed(lost).Ended.Exit);
        Assert.Equal(ExitKind.Completed, new SessionOutcome().Flushed(new SinkMessages.Flushed(0)).Ended.Exit);
    }

    [Fact]
    public void A_session_is_unheard_when_every_sink_is_closed()
    {
        Assert.False(new SessionOutcome().SinkClosed().IsUnheard(2));
        Assert.True(new SessionOutcome().SinkClosed().SinkClosed().IsUnheard(2));
    }

    [Fact]
    public void A_station_that_fails_at_the_end_does_not_hide_an_earlier_reason()
    {
        Assert.Equal(ExitKind.Audio, new SessionOutcome().End(ExitKind.Audio, "The device is gone.")
            .EndIfCompleted("The mic station failed.").Ended.Exit);
        Assert.Equal(new SessionMessages.Ended(ExitKind.Failed, "It failed."), new SessionOutcome().EndIfCompleted("It failed.").Ended);
    }
}
