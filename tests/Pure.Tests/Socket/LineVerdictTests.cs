using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Socket;

public class LineVerdictTests
{
    private const string Url = "wss://api.example/v1/realtime";

    public static TheoryData<LineEnd, ErrorDetail?, ExitKind, string> Ends => new()
    {
        { new LineEnd.Refused(401), null, ExitKind.Configuration, "The server refused the API key (HTTP 401). Set OPENAI_API_KEY to a valid key." },
        { new LineEnd.Refused(403), null, ExitKind.Configuration, "The server refused the API key (HTTP 403). Set OPENAI_API_KEY to a valid key." },
        { new LineEnd.Refused(429), null, ExitKind.Failed, $"{Url} refused the connection: too many requests (HTTP 429). Try again later." },
        { new LineEnd.Refused(404), null, ExitKind.Configuration, $"{Url} is not a Realtime endpoint, or refused this model: HTTP 404 instead of 101. Check --url and --model." },
        { new LineEnd.Refused(502), null, ExitKind.Failed, $"{Url} failed: HTTP 502. Try again later." },
        { new LineEnd.Refused(302), null, ExitKind.Configuration, $"{Url} redirects elsewhere (HTTP 302), which is not followed. Give the address itself with --url." },
        { new LineEnd.Broken("reset"), new ErrorDetail("invalid_request_error", "model_not_found", "No such model."), ExitKind.Configuration, "The server refused the connection (model_not_found): No such model. Check --model." },
        { new LineEnd.Closed(3000, "invalid_request_error.invalid_api_key"), new ErrorDetail(Message: "Incorrect API key provided"), ExitKind.Configuration, "The server refused the API key (Incorrect API key provided). Set OPENAI_API_KEY to a valid key." },
        { new LineEnd.Closed(3000, null), null, ExitKind.Configuration, "The server refused the API key (no reason given). Set OPENAI_API_KEY to a valid key." },
        { new LineEnd.Closed(4004, "x.model_not_found"), new ErrorDetail(Code: "model_not_found", Message: "No such model."), ExitKind.Configuration, "The server refused the connection (model_not_found): No such model. Check --model." },
        { new LineEnd.Closed(4000, "invalid_request_error.missing_model"), null, ExitKind.Configuration, "The server refused the connection (invalid_request_error.missing_model): no reason given. Check --model." },
        { new LineEnd.Closed(1001, "Your session hit the maximum duration of 60 minutes."), null, ExitKind.Failed, "The server closed the connection (1001): Your session hit the maximum duration of 60 minutes." },
        { new LineEnd.Closed(null, null), null, ExitKind.Failed, "The server closed the connection (no code): no reason given." },
        { new LineEnd.Broken("Connection refused"), null, ExitKind.Failed, $"The connection to {Url} failed: Connection refused." },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_end_is_one_line_that_says_what_and_what_to_do(LineEnd end, ErrorDetail? last, ExitKind exit, string reason) =>
        Assert.Equal((exit, reason), LineVerdict.Of(end, last, Url) is var verdict ? (verdict.Exit, verdict.Reason) : default);

    [Fact]
    public void A_line_that_may_hold_the_next_time_is_told_from_one_that_was_ended_on_purpose()
    {
        int?[] passing = [null, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015], meant = [1000, 1002, 1003, 1007, 1008, 1009, 3000, 4000, 4004];
        Assert.All(passing, code => Assert.True(LineVerdict.Of(new LineEnd.Closed(code, null), null, Url).MayReturn, $"{code}"));
        Assert.All(meant, code => Assert.False(LineVerdict.Of(new LineEnd.Closed(code, null), null, Url).MayReturn, $"{code}"));
        Assert.All([429, 500, 502, 503], status => Assert.True(LineVerdict.Of(new LineEnd.Refused(status), null, Url).MayReturn, $"{status}"));
        Assert.All([302, 400, 401, 403, 404], status => Assert.False(LineVerdict.Of(new LineEnd.Refused(status), null, Url).MayReturn, $"{status}"));
        Assert.True(LineVerdict.Of(new LineEnd.Broken("reset"), null, Url).MayReturn);
        Assert.False(LineVerdict.Of(new LineEnd.Broken("reset"), new ErrorDetail(Code: "model_not_found"), Url).MayReturn);
        Assert.False(LineVerdict.Rejected(new ErrorDetail("invalid_request_error")).MayReturn);
    }

    [Fact]
    [Trait("Cookbook", "25")]
    public void Rejected_settings_are_told_with_the_servers_message()
    {
        Assert.Equal(
            new LineVerdict(ExitKind.Configuration, "The server rejected the session settings (invalid_value, session.audio.output.voice): No such voice."),
            LineVerdict.Rejected(new ErrorDetail("invalid_request_error", "invalid_value", "No such voice", "session.audio.output.voice")));
        Assert.Equal("The server rejected the session settings (unknown): no reason given.", LineVerdict.Rejected(new ErrorDetail()).Reason);
        Assert.Contains("API key", LineVerdict.Rejected(new ErrorDetail(Code: "invalid_api_key")).Reason, StringComparison.Ordinal);
    }
}
