using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Socket;

public class LineVerdictTests
{
    private const string Url = "wss://api.example/v1/realtime";

    public static TheoryData<ConnectionEnd, ErrorDetail?, ExitKind, string> Ends => new()
    {
        { new ConnectionEnd.Refused(401), null, ExitKind.Configuration,
        "The server refused the API key (HTTP 401). Set OPENAI_API_KEY to a valid key." },
        { new ConnectionEnd.Refused(403), null, ExitKind.Configuration,
        "The server refused the API key (HTTP 403). Set OPENAI_API_KEY to a valid key." },
        { new ConnectionEnd.Refused(429), null, ExitKind.Failed,
        $"{Url} refused the connection: too many requests (HTTP 429). Try again later." },
        { new ConnectionEnd.Refused(404), null, ExitKind.Configuration,
        $"{Url} is not a Realtime endpoint, or refused this model: HTTP 404 instead of 101. Check --url and --model." },
        { new ConnectionEnd.Refused(502), null, ExitKind.Failed, $"{Url} failed: HTTP 502. Try again later." },
        { new ConnectionEnd.Refused(302), null, ExitKind.Configuration,
        $"{Url} redirects elsewhere (HTTP 302), which is not followed. Give the address itself with --url." },
        { new ConnectionEnd.Broken("reset"), new ErrorDetail("invalid_request_error", "model_not_found", "No such model."),
        ExitKind.Configuration, "The server refused the connection (model_not_found): No such model. Check --model." },
        { new ConnectionEnd.Closed(3000, "invalid_request_error.invalid_api_key"), new ErrorDetail(Message: "Incorrect API key provided"),
        ExitKind.Configuration, "The server refused the API key (Incorrect API key provided). Set OPENAI_API_KEY to a valid key." },
        { new ConnectionEnd.Closed(3000, null), null, ExitKind.Configuration,
        "The server refused the API key (no reason given). Set OPENAI_API_KEY to a valid key." },
        { new ConnectionEnd.Closed(4004, "x.model_not_found"), new ErrorDetail(Code: "model_not_found", Message: "No such model."),
        ExitKind.Configuration, "The server refused the connection (model_not_found): No such model. Check --model." },
        { new ConnectionEnd.Closed(4000, "invalid_request_error.missing_model"), null, ExitKind.Configuration,
        "The server refused the connection (invalid_request_error.missing_model): no reason given. Check --model." },
        { new ConnectionEnd.Closed(1001, "Your session hit the maximum duration of 60 minutes."), null, ExitKind.Failed,
        "The server closed the connection (1001): Your session hit the maximum duration of 60 minutes." },
        { new ConnectionEnd.Closed(null, null), null, ExitKind.Failed, "The server closed the connection (no code): no reason given." },
        { new ConnectionEnd.Broken("Connection refused"), null, ExitKind.Failed, $"The connection to {Url} failed: Connection refused." },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_end_is_one_line_that_says_what_and_what_to_do(ConnectionEnd end, ErrorDetail? last, ExitKind exit, string reason) =>
        Assert.Equal((exit, reason), ConnectionOutcome.Of(end, last, Url) is var verdict ? (verdict.Exit, verdict.Reason) : default);

    [Fact]
    public void A_line_that_may_hold_the_next_time_is_told_from_one_that_was_ended_on_purpose()
    {
        int?[] passing = [null, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015],
            meant = [1000, 1002, 1003, 1007, 1008, 1009, 3000, 4000, 4004];
        Assert.All(passing,
            code => Assert.True(ConnectionOutcome.Of(new ConnectionEnd.Closed(code, null), null, Url).IsRetryable, $"{code}"));
        Assert.All(meant,
            code => Assert.False(ConnectionOutcome.Of(new ConnectionEnd.Closed(code, null), null, Url).IsRetryable, $"{code}"));
        Assert.All([429, 500, 502, 503],
            status => Assert.True(ConnectionOutcome.Of(new ConnectionEnd.Refused(status), null, Url).IsRetryable, $"{status}"));
        Assert.All([302, 400, 401, 403, 404],
            status => Assert.False(ConnectionOutcome.Of(new ConnectionEnd.Refused(status), null, Url).IsRetryable, $"{status}"));
        Assert.True(ConnectionOutcome.Of(new ConnectionEnd.Broken("reset"), null, Url).IsRetryable);
        Assert.False(ConnectionOutcome.Of(new ConnectionEnd.Broken("reset"), new ErrorDetail(Code: "model_not_found"), Url).IsRetryable);
        Assert.False(ConnectionOutcome.Rejected(new ErrorDetail("invalid_request_error")).IsRetryable);
    }

    [Fact]
    [Trait("Cookbook", "25")]
    public void Rejected_settings_are_told_with_the_servers_message()
    {
        Assert.Equal(
            new ConnectionOutcome(ExitKind.Configuration,
            "The server rejected the session settings (invalid_value, session.audio.output.voice): No such voice."),
            ConnectionOutcome.Rejected(
            new ErrorDetail("invalid_request_error", "invalid_value", "No such voice", "session.audio.output.voice")));
        Assert.Equal("The server rejected the session settings (unknown): no reason given.",
            ConnectionOutcome.Rejected(new ErrorDetail()).Reason);
        Assert.Contains("API key", ConnectionOutcome.Rejected(new ErrorDetail(Code: "invalid_api_key")).Reason, StringComparison.Ordinal);
    }
}
