using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Socket;

public class ConnectivityTests
{
    private static readonly ConnectionEnd Broken = new ConnectionEnd.Broken("no route");
    private static readonly ErrorDetail Invalid = new("invalid_request_error", "invalid_value", "No such voice.");
    private static readonly Connectivity New =
        new Connectivity("wss://api", Seconds(10), new ReconnectPolicy(Ms(250), Seconds(5), Seconds(60))).Connecting();

    [Fact]
    public void An_address_where_nobody_ever_answered_is_not_tried_again()
    {
        Assert.False(New.Ended(Broken).IsRetryable);
        Assert.True(New.Configuring().Ended(Broken).IsRetryable);
        Assert.True(New.Ended(new ConnectionEnd.Refused(503)).IsRetryable);
        Assert.True(New.Opened(Seconds(1)).Ended(Broken).IsRetryable);
        Assert.True(Lost(New.Configuring()).Connecting().Ended(Broken).IsRetryable);
        Assert.False(New.TimedOut.IsRetryable);
        Assert.True(Lost(New.Configuring()).Connecting().TimedOut.IsRetryable);
    }

    [Fact]
    public void Only_an_error_about_the_settings_rejects_them()
    {
        Assert.Null(New.Error(Invalid).Rejection);
        Assert.Null(New.Configuring().Error(Invalid with { Code = "session_expired" }).Rejection);
        Assert.Null(New.Configuring().Opened(Seconds(1)).Error(Invalid).Rejection);
        Assert.Contains("No such voice.", New.Configuring().Error(Invalid).Rejection!.Reason, StringComparison.Ordinal);
    }

    public static TheoryData<ErrorDetail> OthersThanTheSettings =>
    [
        new ErrorDetail("server_error", null, "The server had an error while processing your request."),
        new ErrorDetail("invalid_request_error", "rate_limit_exceeded", "Too many requests."),
        new ErrorDetail("tokens", "rate_limit_exceeded", "Rate limit reached. Please try again in 1s."),
        new ErrorDetail("invalid_request_error", null, "Conversation already has an active response"),
        new ErrorDetail("invalid_request_error", "input_audio_buffer_commit_empty"),
        new ErrorDetail(Message: "Try again later."),
    ];

    [Theory]
    [MemberData(nameof(OthersThanTheSettings))]
    public void An_error_about_something_else_waits_for_the_settings_and_is_told_once(ErrorDetail error)
    {
        var (next, rejection, notice) = New.Configuring().Error(error);
        Assert.Null(rejection);
        Assert.Equal("server_error", notice?.Code);
        Assert.Contains(error.Reason, notice!.Message, StringComparison.Ordinal);
        Assert.Null(next.Error(error).Notice);
        Assert.Null(next.Opened(Seconds(1)).Error(error).Notice);

        var late = next.TimedOut;
        Assert.Equal(ExitKind.Failed, late.Exit);
        Assert.Contains(error.Reason, late.Reason, StringComparison.Ordinal);
        Assert.True(Lost(New.Configuring()).Connecting().Configuring().Error(error).Next.TimedOut.IsRetryable);
    }

    [Fact]
    public void Errors_of_the_settings_are_recognised_by_what_they_say_or_name()
    {
        foreach (var error in new ErrorDetail[]
        {
            new("invalid_request_error", null, "Unknown parameter: 'session.type'."),
            new("invalid_request_error", "unknown_parameter", "No such field.", "session.tools[3].description"),
            new("invalid_request_error", null, "Reasoning is not supported by this model."),
            new("server_error", null, "Failed.", null, "session_1"),
            new("invalid_request_error", "invalid_api_key", "Incorrect API key."),
        }) Assert.NotNull(New.Configuring().Error(error).Rejection);
    }

    [Fact]
    public void A_server_that_makes_up_codes_gets_no_endless_notices()
    {
        var next = New.Configuring().Opened(Seconds(1));
        var notices = 0;
        for (var n = 0; n < 100; n++)
        {
            (next, _, var notice) = next.Error(new ErrorDetail("server_error", $"code_{n}"));
            if (notice is not null) notices++;
        }
        Assert.Equal(20, notices);
    }

    [Fact]
    public void The_last_error_explains_the_end_and_is_forgotten_with_its_connection()
    {
        var opened = New.Configuring().Opened(Seconds(1)).Error(Invalid).Next;
        Assert.Contains("No such voice.", opened.Ended(new ConnectionEnd.Closed(1008, "policy")).Reason, StringComparison.Ordinal);
        Assert.Contains("policy", opened.Connecting().Ended(new ConnectionEnd.Closed(1008, "policy")).Reason, StringComparison.Ordinal);
        Assert.Contains("rejected the session settings", New.Error(Invalid).Next.TimedOut.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_lasts_until_a_connection_is_open_and_a_close_in_between_tells_it()
    {
        Assert.Equal(new(ExitKind.Completed, "closed before it was open"), New.Closed);
        Assert.Equal(new(ExitKind.Completed, "closed"), New.Opened(Seconds(1)).Closed);
        var lost = Lost(New.Configuring().Opened(Seconds(1)));
        Assert.Equal("lost", lost.Loss?.Reason);
        Assert.Equal("lost", lost.Closed.Reason);
        Assert.Equal("lost", lost.Connecting().Configuring().Closed.Reason);
        Assert.Null(lost.Connecting().Opened(Seconds(2)).Loss);
    }

    [Fact]
    public void What_ended_for_good_is_no_loss()
    {
        var (next, wait) = New.Lost(new ConnectionOutcome(ExitKind.Configuration, "no key"), Seconds(1), 0.5);
        Assert.Null(wait);
        Assert.Null(next.Loss);
        Assert.NotNull(New.Lost(ConnectionOutcome.Renewal("old"), Seconds(1), 0.5).Wait);
    }

    [Fact]
    public void A_connection_that_fails_three_times_within_a_minute_is_given_up()
    {
        var (next, outcome) = New.Failed(Seconds(1));
        Assert.True(outcome.IsRetryable);
        (next, outcome) = next.Failed(Seconds(2));
        Assert.True(outcome.IsRetryable);
        Assert.False(next.Failed(Seconds(3)).Outcome.IsRetryable);
        Assert.True(next.Failed(Seconds(70)).Outcome.IsRetryable);
    }

    private static Connectivity Lost(Connectivity before) => before.Lost(ConnectionOutcome.Renewal("lost"), Seconds(1), 0.5).Next;
}
