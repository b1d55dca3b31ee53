using System.Text.Json;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Socket;

public class ConnectionCycleTests
{
    private static readonly DateTimeOffset Utc = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);
    private static readonly SessionConfig Requested = new(
        "realtime", ["audio"], "Be brief.", new SessionAudio(
            new AudioInput(new AudioFormat("audio/pcm", 24_000), null, null, new TurnDetection("server_vad")),
            new AudioOutput(new AudioFormat("audio/pcm", 24_000), "marin")));

    private static readonly ConnectionCycle New = new(
        new Connectivity("wss://api", Seconds(10), new ReconnectPolicy(Ms(250), Seconds(5), Seconds(60))), TimeSpan.FromMinutes(55),
        new SettingsCheck(Requested));

    [Theory]
    [InlineData(1000, null)]
    [InlineData(1000, "session_expired")]
    [InlineData(1002, null)]
    [InlineData(1008, null)]
    [InlineData(1009, null)]
    [InlineData(3000, "invalid_api_key")]
    [InlineData(4000, null)]
    [InlineData(4999, null)]
    [InlineData(null, null)]
    public void A_close_in_mid_session_is_a_lost_connection_whatever_its_code(int? code, string? error)
    {
        var open = Open();
        if (error is not null) open = open.On(new ServerError(new ErrorDetail(Code: error)), At(20)).Next;
        var step = open.Ended(new ConnectionEnd.Closed(code, null), At(20));
        Assert.Collection(step.Decisions, d => Assert.IsType<SocketDecision.Drop>(d), d => Assert.IsType<SocketDecision.Suspend>(d),
            d => Assert.IsType<SocketDecision.Wait>(d));
        Assert.IsType<SocketDecision.Connect>(Assert.Single(step.Next.Due(SocketTimer.Reconnect, At(21)).Decisions));
    }

    [Fact]
    public void A_close_during_the_handshake_is_one_too_but_only_once_a_session_was_open()
    {
        var end = new ConnectionEnd.Closed(1000, null);
        Assert.IsType<SocketDecision.End>(New.Begin().Next.Ended(end, At(1)).Decisions[^1]);
        var again = Open().Ended(end, At(20)).Next.Due(SocketTimer.Reconnect, At(21)).Next;
        Assert.IsType<SocketDecision.Wait>(again.Ended(end, At(22)).Decisions[^1]);
        Assert.IsType<SocketDecision.End>(again.Ended(new ConnectionEnd.Refused(401), At(22)).Decisions[^1]);
    }

    [Fact]
    public void A_close_that_we_asked_for_ends_as_we_asked()
    {
        var closing = Open().Close();
        Assert.IsType<SocketDecision.Close>(Assert.Single(closing.Decisions));
        var over = closing.Next.Ended(new ConnectionEnd.Closed(1000, null), At(20));
        Assert.Equal(ExitKind.Completed, Assert.IsType<SocketDecision.End>(over.Decisions[^1]).Outcome.Exit);
        Assert.Empty(over.Next.Close().Decisions);
        Assert.Empty(over.Next.Begin().Decisions);
    }

    [Theory]
    [InlineData("insufficient_quota")]
    [InlineData("billing_hard_limit_reached")]
    public void A_spent_quota_stays_spent(string code)
    {
        var error = new ErrorDetail("insufficient_quota", code, "You exceeded your current quota.");
        var refused = New.Begin().Next.Ended(new ConnectionEnd.Refused(429, Error: error), At(1)).Decisions[^1];
        var outcome = Assert.IsType<SocketDecision.End>(refused).Outcome;
        Assert.Equal(ExitKind.Failed, outcome.Exit);
        Assert.Contains("You exceeded your current quota.", outcome.Reason, StringComparison.Ordinal);
        var closed = Open().On(new ServerError(error), At(2)).Next.Ended(new ConnectionEnd.Closed(1000, null), At(3)).Decisions[^1];
        Assert.Contains(code, Assert.IsType<SocketDecision.End>(closed).Outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_says_when_to_come_back_is_not_asked_before()
    {
        var refused = New.Begin().Next.Ended(new ConnectionEnd.Refused(429, Seconds(3)), At(1));
        Assert.Equal(Seconds(3) + Ms(125), Assert.IsType<SocketDecision.Wait>(refused.Decisions[^1]).Delay);
        Assert.Empty(refused.Next.Reopen("a station failed", At(2)).Decisions);
        Assert.IsType<SocketDecision.End>(New.Begin().Next.Ended(new ConnectionEnd.Refused(503, Seconds(61)), At(1)).Decisions[^1]);
    }

    [Fact]
    public void A_refused_key_is_renewed_once_where_that_is_possible()
    {
        var refused = new ConnectionEnd.Refused(401);
        Assert.IsType<SocketDecision.End>(New.Begin().Next.Ended(refused, At(1)).Decisions[^1]);

        var renewing = New with { Connectivity = New.Connectivity with { CanRenewKey = true } };
        var step = renewing.Begin().Next.Ended(refused, At(1)).Next.Due(SocketTimer.Reconnect, At(2));
        Assert.Equal(new SocketDecision.Connect(WithFreshKey: true), Assert.Single(step.Decisions));
        Assert.IsType<SocketDecision.End>(step.Next.Ended(refused, At(3)).Decisions[^1]);

        // The next key may expire too.
        var open = step.Next.On(new SessionCreated(), At(3)).Next.On(new SessionUpdated(), At(3)).Next;
        var lost = open.Ended(new ConnectionEnd.Closed(1001, null), At(4)).Next.Due(SocketTimer.Reconnect, At(5));
        Assert.Equal(new SocketDecision.Connect(WithFreshKey: false), Assert.Single(lost.Decisions));
        var error = lost.Next.On(new ServerError(new ErrorDetail(Code: "invalid_api_key")), At(5)).Next;
        var again = error.Ended(new ConnectionEnd.Closed(3000, null), At(5)).Next.Due(SocketTimer.Reconnect, At(6));
        Assert.Equal(new SocketDecision.Connect(WithFreshKey: true), Assert.Single(again.Decisions));
    }

    [Fact]
    public void A_program_that_prints_no_key_ends_it_at_the_start_and_is_run_again_later()
    {
        var none = new ConnectionEnd.NoKey("mint ended with exit code 1");
        var end = Assert.IsType<SocketDecision.End>(New.Begin().Next.Ended(none, At(1)).Decisions[^1]).Outcome;
        Assert.Equal((ExitKind.Configuration, "There is no key: mint ended with exit code 1."), (end.Exit, end.Reason));
        var again = Open().Ended(new ConnectionEnd.Closed(1001, null), At(20)).Next.Due(SocketTimer.Reconnect, At(21)).Next;
        Assert.IsType<SocketDecision.Wait>(again.Ended(none, At(22)).Decisions[^1]);
    }

    [Fact]
    public void Before_the_server_ends_the_session_a_pause_is_sought_and_then_it_is_replaced()
    {
        var step = Opening().On(new SessionUpdated(new SessionState(ExpiresAt: Utc.ToUnixTimeSeconds() + 12)), At(1));
        var announced = Assert.IsType<SocketDecision.Announce>(Assert.Single(step.Decisions));
        Assert.Equal(new ConnectionRenewal(Seconds(6), Seconds(11)), announced.Renewal);
        Assert.IsType<SocketDecision.AwaitPause>(Assert.Single(step.Next.Due(SocketTimer.Pause, At(7)).Decisions));
        var closing = step.Next.Due(SocketTimer.Expiry, At(12));
        Assert.IsType<SocketDecision.Close>(Assert.Single(closing.Decisions));
        Assert.IsType<SocketDecision.Wait>(closing.Next.Ended(new ConnectionEnd.Closed(1000, null), At(13)).Decisions[^1]);
    }

    [Fact]
    public void Answers_that_fail_in_a_row_are_the_end_of_an_old_session_and_of_a_young_one_they_are_not()
    {
        var failed = Done("r3", status: "failed", error: new ErrorDetail("server_error"));
        Assert.Empty(Open().On(failed, At(2)).Decisions);
        Assert.IsType<SocketDecision.Close>(Assert.Single(Open().On(failed, At(20)).Decisions));
    }

    [Fact]
    public void Settings_that_differ_are_a_notice_once_and_with_another_format_there_is_no_session()
    {
        var text = Session("""{"audio":{"input":{"format":{"type":"audio/pcm"},"turn_detection":{"type":"server_vad"}},"output":{"format":{"type":"audio/pcm"},"voice":"marin"}},"output_modalities":["text"],"instructions":"Be brief."}""");
        var step = Opening().On(text, At(1));
        var notice = Assert.IsType<SocketDecision.Raise>(step.Decisions[^1]).Notice;
        Assert.Contains("output_modalities", notice.Message, StringComparison.Ordinal);
        var lost = step.Next.Ended(new ConnectionEnd.Closed(1001, null), At(20)).Next;
        var again = lost.Due(SocketTimer.Reconnect, At(21)).Next.On(text, At(22));
        Assert.IsType<SocketDecision.Announce>(Assert.Single(again.Decisions));

        var ulaw = Session("""{"audio":{"input":{"format":{"type":"audio/pcmu"}}}}""");
        var outcome = Assert.IsType<SocketDecision.End>(Opening().On(ulaw, At(1)).Decisions[^1]).Outcome;
        Assert.Equal(ExitKind.Configuration, outcome.Exit);
        Assert.Contains("audio.input.format.type is \"audio/pcmu\"", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_assistant_greets_once_and_not_again_on_the_next_connection()
    {
        var greeting = Opening() with { Greeting = "Greet the caller." };
        var step = greeting.On(new SessionUpdated(), At(1));
        var request = Assert.IsType<CreateResponse>(Assert.IsType<SocketDecision.Send>(step.Decisions[^1]).Event);
        Assert.Equal(("Greet the caller.", null), (request.Response!.Instructions, request.Response.Conversation));
        var lost = step.Next.Ended(new ConnectionEnd.Closed(1001, null), At(20)).Next.Due(SocketTimer.Reconnect, At(21)).Next;
        Assert.IsType<SocketDecision.Announce>(Assert.Single(lost.On(new SessionUpdated(), At(22)).Decisions));
    }

    [Fact]
    public void The_model_is_the_one_that_the_server_names_last()
    {
        var created = New.Begin().Next.On(new SessionCreated(new SessionState(Model: "created")), At(1)).Next;
        Assert.Equal("created", Model(created.On(new SessionUpdated(), At(1)).Decisions[0]));
        Assert.Equal("updated", Model(created.On(new SessionUpdated(new SessionState(Model: "updated")), At(1)).Decisions[0]));
        Assert.Null(Model(Opening().On(new SessionUpdated(), At(1)).Decisions[0]));

        static string? Model(SocketDecision decision) => Assert.IsType<SocketDecision.Announce>(decision).Model;
    }

    private static ConnectionCycle Opening() => New.Begin().Next.On(new SessionCreated(), At(1)).Next;

    private static ConnectionCycle Open() => Opening().On(new SessionUpdated(), At(1)).Next;

    private static SessionUpdated Session(string json) => new(new SessionState(All: JsonElement.Parse(json)));

    private static Actors.Socket.Moment At(double seconds) => new(Seconds(seconds), Utc, 0.5);
}
