using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Pure.Tests.Playback;

public class PlayoutTests
{
    private static readonly ResponseId R1 = new("r1"), R2 = new("r2");
    private static readonly ItemId A1 = new("a1"), A2 = new("a2");
    private static readonly TimeSpan Latency = Ms(50), EchoTail = Ms(200), Past = Ms(-1000);

    [Fact]
    public void The_microphone_is_muted_before_the_first_block_and_opened_after_the_echo_of_the_last()
    {
        var playout = Playout();
        Add(playout, R1, A1, 20);
        playout.Finish(R1);
        Assert.Equal("mute, write", Told(playout));
        playout.Taken(true, null);
        Assert.Equal("await r1 50, echo 240", Told(playout));
        Assert.Equal("r1 a1 20 20", Told(playout.PlayedOut(R1, Past)));
        Assert.Equal("echo 30", Told(playout.EchoGone(Ms(-170))));
        Assert.Null(playout.EchoGone(Ms(-200)));
        Assert.Equal("unmute", Told(playout));
    }

    [Fact]
    public void Where_no_echo_is_awaited_a_timer_is_not_in_the_past()
    {
        var playout = Playout(echoTail: TimeSpan.Zero);
        Add(playout, R1, A1, 20);
        playout.Finish(R1);
        Assert.Equal("mute, write", Told(playout, latency: TimeSpan.Zero));
        playout.Taken(true, null);
        Assert.Equal("await r1 0, echo 0", Told(playout, latency: TimeSpan.Zero));
    }

    [Fact]
    public void A_block_that_the_speaker_does_not_take_was_not_heard()
    {
        var playout = Playout();
        Add(playout, R1, A1, 20);
        Add(playout, R1, A1, 20);
        playout.Finish(R1);
        Assert.Equal("mute, write", Told(playout));
        playout.Taken(true, null);
        Assert.Equal("write", Told(playout));
        playout.Taken(false, null);
        Assert.Equal("await r1 50, echo 240", Told(playout));
        Assert.Equal("r1 a1 20 20", Told(playout.PlayedOut(R1, Past)));
    }

    [Fact]
    public void A_gap_in_a_response_is_no_end_and_neither_is_the_end_of_another_response()
    {
        var playout = Playout();
        Add(playout, R1, A1, 20);
        playout.Finish(R2);
        Assert.Equal("mute, write", Told(playout));
        playout.Taken(true, null);
        Assert.Equal("await r2 50", Told(playout));
    }

    [Fact]
    public void After_a_pause_the_microphone_opens_unless_more_of_the_response_comes()
    {
        var playout = Playout();
        Add(playout, R1, A1, 20);
        playout.Pause(R1);
        Assert.Equal("mute, write", Told(playout));
        playout.Taken(true, null);
        Assert.Equal("echo 240", Told(playout));
        Assert.Null(playout.EchoGone(Past));
        Assert.Equal("unmute", Told(playout));

        Add(playout, R1, A2, 20);
        Assert.Equal("mute, write", Told(playout));
        playout.Taken(true, null);
        Assert.Equal("", Told(playout));
        playout.Finish(R1);
        Assert.Equal("await r1 50, echo 240", Told(playout));
        Assert.Equal("r1 a2 20 40", Told(playout.PlayedOut(R1, Past)));
    }

    [Fact]
    public void Where_nothing_is_muted_no_echo_is_awaited()
    {
        var playout = Playout(mutes: false);
        Add(playout, R1, A1, 20);
        playout.Finish(R1);
        Assert.Equal("write", Told(playout));
        playout.Taken(true, null);
        Assert.Equal("await r1 50", Told(playout));
    }

    [Fact]
    public void The_end_of_the_last_response_is_awaited_again_while_the_device_is_late()
    {
        var playout = Playout();
        playout.Finish(R1);
        playout.Finish(R2);
        Told(playout);
        Assert.Equal("r1 - 0 0", Told(playout.PlayedOut(R1, Ms(10)))); // r2 came after it
        Assert.Equal("await r2 10", Told(playout.PlayedOut(R2, Ms(10))));
        Assert.Equal("r2 - 0 0", Told(playout.PlayedOut(R2, TimeSpan.Zero)));
    }

    [Fact]
    public void Responses_end_in_the_order_in_which_they_were_handed_over_whichever_is_due_first()
    {
        var playout = Playout(mutes: false);
        Add(playout, R1, A1, 20);
        playout.Finish(R1);
        Add(playout, R2, A2, 20);
        playout.Finish(R2);
        Assert.Equal("write", Told(playout));
        playout.Taken(true, null);
        Assert.Equal("await r1 50, write", Told(playout));
        playout.Taken(true, null);
        Assert.Equal("await r2 50", Told(playout));

        Assert.Equal("r1 a1 20 20", Told(playout.PlayedOut(R2, Past)));
        Assert.Equal("r2 a2 20 20", Told(playout));
        Assert.Null(playout.PlayedOut(R1, Past)); // its timer may have been too late to be cancelled
    }

    [Fact]
    public void A_stop_discards_what_the_speaker_has_and_leaves_the_rest_to_the_next_response()
    {
        var playout = Playout();
        Add(playout, R1, A1, 60);
        Add(playout, R2, A2, 20);
        Told(playout);
        playout.Taken(true, null);
        Told(playout);
        playout.Taken(true, null);

        Assert.Equal("discard r1 0", Told(playout.Stop(R1)));
        Assert.Equal("r1 a1 25 25", Told(playout.Discarded(new(R1, 0), Bytes(15))));

        Assert.Equal(Bytes(25), playout.Total.HeardBytes);
        Assert.Equal("write", Told(playout));
        Assert.Equal("r2 a2 5 5", Told(Withdraw(playout, R2, isTaken: true, discarded: 15 + 15)));
        Assert.Equal(Bytes(25 + 5), playout.Total.HeardBytes);
    }

    [Fact]
    public void A_stop_of_a_response_that_was_never_heard_leaves_the_speaker_alone()
    {
        var playout = Playout();
        Add(playout, R1, A1, 20);
        Add(playout, R2, A2, 20);
        Told(playout);
        Assert.Equal("r2 - 0 0", Told(playout.Stop(R2)));
        Assert.False(playout.Block!.Value.IsWithdrawn);
    }

    [Fact]
    public void A_block_that_is_withdrawn_was_heard_only_if_it_was_taken()
    {
        foreach (var isTaken in new[] { true, false })
        {
            var playout = Playout();
            Add(playout, R1, A1, 40);
            Told(playout);
            playout.Taken(true, null);
            Told(playout);
            Assert.Equal(isTaken ? "r1 a1 40 40" : "r1 a1 20 20", Told(Withdraw(playout, R1, isTaken, discarded: 0)));
            Assert.Equal(Bytes(isTaken ? 40 : 20), playout.Total.HeardBytes);
        }
    }

    [Fact]
    public void What_was_discarded_in_vain_is_accounted_for_by_the_next_stop()
    {
        var playout = Playout();
        Add(playout, R1, A1, 20);
        Told(playout);
        playout.Taken(true, null);
        playout.Checkpoint();
        playout.Discarded((PlayoutDecision.Discard)playout.Stop(R1)!, Bytes(15));
        playout.Rollback();
        Assert.Equal("r1 a1 5 5", Told(playout.Discarded((PlayoutDecision.Discard)playout.Stop(R1)!, Bytes(15))));
        Assert.Equal(Bytes(5), playout.Total.HeardBytes);
    }

    [Fact]
    public void While_the_device_is_away_nothing_is_handed_over_nothing_ends_and_the_microphone_is_open()
    {
        var playout = Playout();
        Add(playout, R1, A1, 20);
        playout.Finish(R1);
        Told(playout);
        playout.Taken(true, null);
        Told(playout);
        Add(playout, R2, A2, 20);

        playout.Lost();
        Assert.Equal("unmute", Told(playout));
        Assert.Null(playout.PlayedOut(R1, Past));

        Assert.Equal("await r1 50", Told(playout.Recovered(Latency)));
        Assert.Equal("mute, write", Told(playout));
        Assert.Equal("r1 a1 20 20", Told(playout.PlayedOut(R1, Past)));
    }

    [Fact]
    public void A_device_that_was_silent_is_back_without_a_mute()
    {
        var playout = Playout();
        playout.Lost();
        Assert.Null(playout.Recovered(Latency));
        Assert.Equal("", Told(playout));
    }

    [Fact]
    public void The_fallback_takes_over_once_it_is_known_what_the_device_has_taken()
    {
        var playout = Playout();
        Add(playout, R1, A1, 40);
        Add(playout, R2, A2, 20);
        Told(playout);
        playout.Taken(true, null);
        Told(playout);
        playout.Lost();

        Assert.Null(playout.Abandoned());
        Assert.True(playout.Block!.Value.IsWithdrawn);
        Told(playout.Stop(R2));
        Assert.False(playout.UsesFallback);
        Assert.Equal("r1 a1 5 5", Told(playout.Discarded((PlayoutDecision.Discard)playout.Taken(false, null)!, Bytes(15))));
        Assert.True(playout.UsesFallback);

        playout.Lost(); // the device is no longer of interest
        Add(playout, R1, A1, 20);
        Assert.Equal("unmute, mute, write", Told(playout));
    }

    [Fact]
    public void A_device_given_up_in_silence_is_replaced_at_once()
    {
        var playout = Playout();
        Assert.Null(playout.Abandoned());
        Assert.True(playout.UsesFallback);
    }

    [Fact]
    public void A_failure_is_reported_once_and_a_loss_once_per_response()
    {
        var playout = Playout(limit: 40);
        Add(playout, R1, A1, 40);
        Assert.Equal("lost r1", Told(playout.Add(R1, A1, new byte[Bytes(20)])));
        Assert.Null(playout.Add(R1, A1, new byte[Bytes(20)]));
        Assert.Equal("lost r2", Told(playout.Add(R2, A2, new byte[Bytes(20)])));
        Assert.Equal("mute, write", Told(playout));
        playout.Taken(false, new IOException("disk full"));
        Assert.Equal("failed disk full, write", Told(playout));
        playout.Taken(false, new IOException("still full"));
        Assert.Equal("", Told(playout));
        Assert.Equal(new PlaybackMessages.Report(0, 3 * Bytes(20)), playout.Total);
    }

    [Fact]
    public void A_block_is_decided_without_an_allocation()
    {
        var playout = new Playout(new PlaybackQueue(Bytes(40), Bytes(20), isHeard: false), mutes: true, EchoTail, SoundFormat.Pcm16);
        var sound = new byte[Bytes(20)];
        Assert.Equal(0, Allocation.Of(() =>
        {
            playout.Add(R1, A1, sound);
            while (playout.Next(Latency) is { } decision)
            {
                if (decision is PlayoutDecision.Write) playout.Taken(true, null);
                playout.Checkpoint();
            }
        }));
    }

    [Fact]
    public void A_playout_with_undone_steps_is_like_one_that_never_made_them() => Rollback.Check(
        () => Playout(),
        (playout, number) =>
        {
            var (response, item) = number % 2 == 0 ? (R1, A1) : (R2, A2);
            _ = (number / 2 % 10) switch
            {
                0 or 1 => playout.Add(response, item, new byte[Bytes(30)]),
                2 => number % 3 == 0 ? playout.Pause(response) : playout.Finish(response),
                3 => playout.Stop(response) is PlayoutDecision.Discard of ? playout.Discarded(of, number % 100) : null,
                4 => playout.PlayedOut(response, Past),
                5 => playout.EchoGone(Past),
                6 => playout.Lost(),
                7 => playout.Recovered(Latency),
                8 when playout.Taken(number % 3 == 0, failure: null) is PlayoutDecision.Discard of => playout.Discarded(of, number % 100),
                8 => null,
                _ => playout.Next(Latency),
            };
        },
        playout => playout.Checkpoint(), playout => playout.Rollback(),
        playout => $"{playout.Block?.Number} {playout.UsesFallback} {playout.Total} {Told(playout)} "
            + $"{Told(playout.Stop(R1))} {Told(playout.Stop(R2))}");

    private static Playout Playout(bool mutes = true, int limit = 1000, TimeSpan? echoTail = null) =>
        new(new PlaybackQueue(Bytes(limit), Bytes(20)), mutes, echoTail ?? EchoTail, SoundFormat.Pcm16);

    private static void Add(Playout playout, ResponseId response, ItemId item, int ms) =>
        Assert.Null(playout.Add(response, item, new byte[Bytes(ms)]));

    // Stops the response whose block is being written, and ends that write.
    private static PlayoutDecision Withdraw(Playout playout, ResponseId response, bool isTaken, int discarded)
    {
        Assert.Null(playout.Stop(response));
        Assert.Equal("write", Told(playout));
        return playout.Discarded((PlayoutDecision.Discard)playout.Taken(isTaken, null)!, Bytes(discarded));
    }

    // All decisions up to one that waits for something.
    private static string Told(Playout playout, TimeSpan? latency = null)
    {
        List<string> told = [];
        while (playout.Next(latency ?? Latency) is { } decision)
        {
            told.Add(Told(decision));
            if (decision is PlayoutDecision.Write or PlayoutDecision.AwaitEcho) break;
        }
        return string.Join(", ", told);
    }

    private static string Told(PlayoutDecision? decision) => decision switch
    {
        PlayoutDecision.Write => "write",
        PlayoutDecision.Mute { IsOn: true } => "mute",
        PlayoutDecision.Mute => "unmute",
        PlayoutDecision.Discard d => $"discard {d.Response} {d.NotTaken}",
        PlayoutDecision.AwaitPlayout a => $"await {a.Response} {a.Wait.TotalMilliseconds}",
        PlayoutDecision.AwaitEcho a => $"echo {a.Wait.TotalMilliseconds}",
        PlayoutDecision.ReportLoss l => $"lost {l.Response}",
        PlayoutDecision.ReportFailure f => $"failed {f.Cause.Message}",
        PlayoutDecision.Report { Fact: var f } =>
            $"{f.Response} {f.Item?.ToString() ?? "-"} {f.Heard.TotalMilliseconds} {f.HeardInAll.TotalMilliseconds}",
        _ => "",
    };

    private static TimeSpan Ms(int ms) => TimeSpan.FromMilliseconds(ms);

    private static int Bytes(int ms) => Pcm.Bytes(Ms(ms));
}
