using RealtimeAkka.Protocol.Messages;
using System.Buffers.Binary;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Mic;

public class MicTests
{
    [Fact]
    public void Credit_is_never_negative_and_never_more_than_the_window()
    {
        var credit = SendCredit.Reset(2);
        Assert.True(credit.IsFull);
        credit = credit.Spend();
        Assert.True(credit.Any);
        Assert.False(credit.IsFull);
        credit = credit.Spend();
        Assert.False(credit.Any);
        Assert.Throws<InvalidOperationException>(() => credit.Spend());
        Assert.Equal(2, credit.Add(1).Add(7).Available);
    }

    [Fact]
    public void Without_a_connection_there_is_no_credit_whatever_comes_back_late()
    {
        Assert.False(SendCredit.None.Any);
        Assert.False(SendCredit.None.IsFull);
        Assert.False(SendCredit.None.Add(5).Any);
    }

    [Fact]
    public void The_gate_adds_up_how_long_it_was_closed()
    {
        var gate = default(MuteGate);
        Assert.Equal(Seconds(0), gate.Muted(Seconds(9)));
        gate = gate.Close(MuteReasons.Assistant, Seconds(1));
        Assert.True(gate.IsMuted);
        Assert.Equal(Seconds(2), gate.Muted(Seconds(3)));
        gate = gate.Close(MuteReasons.Assistant, Seconds(2)).Open(MuteReasons.Assistant, Seconds(4))
            .Open(MuteReasons.Assistant, Seconds(5));
        Assert.False(gate.IsMuted);
        Assert.Equal(Seconds(3), gate.Muted(Seconds(100)));
        Assert.Equal(Seconds(4), gate.Close(MuteReasons.Assistant, Seconds(10)).Muted(Seconds(11)));
    }

    [Fact]
    public void The_gate_opens_when_the_last_reason_to_be_muted_is_gone()
    {
        var gate = default(MuteGate).Toggle(MuteReasons.Caller, Seconds(1)).Close(MuteReasons.Assistant, Seconds(2))
            .Open(MuteReasons.Assistant, Seconds(4));
        Assert.Equal(MuteReasons.Caller, gate.Reasons);
        Assert.Equal(Seconds(4), gate.Muted(Seconds(5)));

        gate = gate.Close(MuteReasons.Assistant, Seconds(5)).Toggle(MuteReasons.Caller, Seconds(6));
        Assert.Equal(MuteReasons.Assistant, gate.Reasons);
        gate = gate.Open(MuteReasons.Assistant, Seconds(7));
        Assert.False(gate.IsMuted);
        Assert.Equal(Seconds(6), gate.Muted(Seconds(100)));
    }

    [Fact]
    public void At_real_time_pace_frames_follow_each_other_without_drift()
    {
        var pace = new Pace(true, Seconds(10));
        for (var n = 0; n < 100; n++)
        {
            var late = Seconds(10) + Ms(40 * n + n % 7); // timers are always slightly late
            Assert.InRange(pace.Wait(late), Ms(-7), Ms(0));
            (pace, var at) = pace.Sent(Ms(40), late);
            Assert.Equal(Seconds(10) + Ms(40 * n), at);
        }
        Assert.Equal(Ms(40), new Pace(true, Seconds(1)).Sent(Ms(40), Seconds(1)).Next.Wait(Seconds(1)));
    }

    [Fact]
    public void A_short_delay_is_made_good_and_a_long_pause_is_not()
    {
        Assert.Equal(Ms(40 - 150), new Pace(true, Seconds(1)).Sent(Ms(40), Ms(1150)).Next.Wait(Ms(1150)));
        Assert.Equal(Ms(40), new Pace(true, Seconds(1)).Sent(Ms(40), Seconds(60)).Next.Wait(Seconds(60)));
    }

    [Fact]
    public void The_first_frame_is_due_when_it_can_be_sent_and_nothing_is_made_good()
    {
        var opened = Ms(150); // what the connection took is less than the lag that is made good
        var (pace, at) = new Pace(true).Sent(Ms(40), opened);
        Assert.Equal((opened, Ms(40)), (at, pace.Wait(opened)));
    }

    [Fact]
    public void At_fast_pace_nothing_waits() => Assert.Equal(TimeSpan.Zero, new Pace(false, Seconds(99)).Wait(Seconds(1)));

    [Fact]
    [Trait("Cookbook", "16")]
    public void A_pause_after_speech_ends_a_turn_once()
    {
        var story = new Listener(Ms(800));
        Assert.Equal(0, story.Quiet(2000));
        Assert.Equal(0, story.Speech(400));
        Assert.True(story.Detector.HasSpeech);
        Assert.Equal(0, story.Quiet(780));
        Assert.Equal(0, story.Speech(20)); // speech continues
        Assert.Equal(0, story.Quiet(780));
        Assert.Equal(1, story.Quiet(20));
        Assert.False(story.Detector.HasSpeech);
        Assert.Equal(0, story.Quiet(5000));
        Assert.Equal(0, story.Speech(200));
        Assert.Equal(1, story.Quiet(800));
    }

    [Fact]
    public void A_click_is_no_turn_and_clicks_far_apart_do_not_add_up_to_one()
    {
        var story = new Listener(Ms(800));
        for (var n = 0; n < 10; n++)
        {
            Assert.Equal(0, story.Speech(40));
            Assert.Equal(0, story.Quiet(3000));
        }
        Assert.False(story.Detector.HasSpeech);
    }

    [Fact]
    public void Speech_is_what_is_louder_than_the_noise_of_a_recording()
    {
        var story = new Listener(Ms(100));
        Assert.Equal(0, story.Frames(1000, 300)); // about -41 dBFS
        Assert.False(story.Detector.HasSpeech);
        Assert.Equal(0, story.Frames(1000, 400));
        Assert.True(story.Detector.HasSpeech);
    }

    /// <summary>Passes 20 ms frames to a detector; each call returns the number of commits.</summary>
    private sealed class Listener(TimeSpan pause)
    {
        public PauseDetector Detector { get; private set; } = new(pause);

        public int Speech(int ms) => Frames(ms, 8000);

        public int Quiet(int ms) => Frames(ms, 0);

        public int Frames(int ms, short level)
        {
            var frame = new byte[960];
            for (var i = 0; i < frame.Length; i += 2)
                BinaryPrimitives.WriteInt16LittleEndian(frame.AsSpan(i), i % 4 == 0 ? level : (short)-level);
            var commits = 0;
            for (; ms > 0; ms -= 20)
            {
                (Detector, var commit) = Detector.On(AudioFrame.Of(frame, SoundFormat.Pcm16));
                if (commit) commits++;
            }
            return commits;
        }
    }
}
