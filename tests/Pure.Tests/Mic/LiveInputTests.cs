using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Mic;

/// <summary>A microphone that is lost and returns, in frames of 10 ms, with a ring of five frames.</summary>
public class LiveInputTests
{
    private static readonly TimeSpan Frame = Ms(10);

    private readonly LiveInput _input = new(Frame, Ms(50), SoundFormat.Pcm16);
    private long _lost;
    private TimeSpan _at;

    [Fact]
    public void What_the_device_gives_is_read_in_order()
    {
        var ring = _input.Open();
        Hear(ring, 1, 2);

        Assert.True(_input.Acknowledge(ring, Ms(20))); // the first frame of this opening
        Assert.False(_input.Acknowledge(ring, Ms(30)));
        Assert.Equal(Ms(20), _input.Waiting);
        Assert.Equal([1, 2], Marks());
    }

    [Fact]
    public void While_the_device_is_away_silence_comes_in_real_time_after_what_it_had_given()
    {
        var ring = _input.Open();
        Hear(ring, 1, 2);
        _input.Acknowledge(ring, Ms(100));
        _input.OnDeviceLost();

        Assert.Equal(Ms(5), _input.Fill(Ms(125))); // two frames are due since the last frame, the third in 5 ms
        Assert.Equal([1, 2, 0, 0], Marks());
        Assert.Equal(Ms(10), _input.Fill(Ms(130)));
        Assert.Equal([0], Marks());
    }

    [Fact]
    public void When_it_is_back_the_silence_ends_where_its_sound_begins()
    {
        var old = _input.Open();
        _input.Acknowledge(old, Ms(100));
        _input.OnDeviceLost();
        _input.Fill(Ms(120));
        var ring = _input.Open();
        Assert.Equal(Ms(10), _input.Fill(Ms(130))); // open, but without a frame yet

        Hear(ring, 7);
        Assert.True(_input.Acknowledge(ring, Ms(150)));

        Assert.Equal([0, 0, 0, 0, 7], Marks()); // the 40 ms from 100 to 140, then the frame that ended at 150
        Assert.Null(_input.Fill(Ms(200)));
    }

    [Fact]
    public void A_device_that_thaws_after_it_was_given_up_is_not_heard()
    {
        var frozen = _input.Open();
        _input.Acknowledge(frozen, Ms(100));
        _input.OnDeviceLost();
        var ring = _input.Open();
        Hear(frozen, 6, 6, 6);

        Assert.False(_input.Acknowledge(frozen, Ms(110)));
        Hear(ring, 7);
        Assert.True(_input.Acknowledge(ring, Ms(120)));
        Assert.Equal([0, 7], Marks());
    }

    [Fact]
    public void What_is_lost_is_counted_over_all_openings()
    {
        var ring = _input.Open();
        _input.Acknowledge(ring, Ms(0));
        Hear(ring, 1, 2, 3, 4, 5, 6, 7); // the first two are lost
        _input.OnDeviceLost();
        _input.Fill(Ms(60)); // 10 frames fit in while it is lost: 5 + 6, so the oldest is lost

        Assert.Equal([4, 5, 6, 7, 0, 0, 0, 0, 0, 0], Marks());
        Assert.Equal(3, _lost);
    }

    [Fact]
    public void When_each_frame_was_said_follows_from_the_frames_lost_ones_and_silence_included()
    {
        var ring = _input.Open();
        Hear(ring, 1);
        _input.Acknowledge(ring, Ms(100));
        Marks();
        Assert.Equal(Ms(90), _at);

        Hear(ring, 2, 3, 4, 5, 6, 7); // the first is lost
        Assert.Equal([3, 4, 5, 6, 7], Marks());
        Assert.Equal(Ms(150), _at);
        _input.Acknowledge(ring, Ms(160));
        _input.OnDeviceLost();
        _input.Fill(Ms(180));
        Assert.Equal([0, 0], Marks());
        Assert.Equal(Ms(170), _at);
    }

    [Fact]
    public void What_was_read_is_read_again_when_that_is_undone_with_what_was_lost_before_it()
    {
        var ring = _input.Open();
        _input.Acknowledge(ring, Ms(0));
        Hear(ring, 1, 2, 3, 4, 5, 6); // the first is lost
        _input.Checkpoint();
        Assert.Equal([2, 3, 4, 5, 6], Marks());
        _input.Rollback();
        _lost = 0;

        Hear(ring, 7); // meanwhile the next frame is overwritten
        Assert.Equal([3, 4, 5, 6, 7], Marks());
        Assert.Equal((2, Ms(60)), (_lost, _at));
    }

    [Fact]
    public void A_loss_that_is_undone_has_not_been()
    {
        var ring = _input.Open();
        Hear(ring, 1, 2);
        _input.Acknowledge(ring, Ms(100));
        _input.Checkpoint();
        _input.OnDeviceLost();
        _input.Fill(Ms(130));
        Assert.Equal([1, 2, 0, 0, 0], Marks());
        _input.Rollback();

        Hear(ring, 3);
        Assert.Equal([1, 2, 3], Marks());
    }

    private static TimeSpan Ms(int ms) => TimeSpan.FromMilliseconds(ms);

    private void Hear(FrameRing ring, params byte[] marks)
    {
        foreach (var mark in marks)
        {
            var frame = new byte[_input.FrameBytes];
            Array.Fill(frame, mark);
            ring.Write(frame);
        }
    }

    private List<byte> Marks()
    {
        List<byte> marks = [];
        var frame = new byte[_input.FrameBytes];
        while (_input.Any && _input.TryRead(frame, out var lost, out _at))
        {
            marks.Add(frame[^1]);
            _lost += lost;
        }
        return marks;
    }
}

public class ReopeningTests
{
    private static readonly ReopenSettings Settings = new(FirstDelay: S(0.5), MaxDelay: S(5), GiveUp: S(30));

    [Fact]
    public void It_is_tried_soon_then_less_often_and_then_no_more()
    {
        var (device, now) = (new ReopenPolicy(Settings), S(100));
        List<double> waits = [];
        while (true)
        {
            (device, var wait) = device.Lost(now);
            Assert.True(device.IsAway);
            if (wait is not { } time) break;
            waits.Add(time.TotalSeconds);
            now += time;
        }

        Assert.Equal([0.5, 1, 2, 4, 5, 5, 5, 5, 2.5], waits);
        Assert.Equal(S(130), now);
    }

    [Fact]
    public void One_that_stays_is_forgiven_and_one_that_goes_again_at_once_is_not()
    {
        var (device, _) = new ReopenPolicy(Settings).Lost(S(0));
        (device, _) = device.Lost(S(0.5));
        device = device.Recovered(S(1.5));
        Assert.False(device.IsAway);

        Assert.Equal(S(2), device.Lost(S(2)).Wait);
        Assert.Null(device.Lost(S(2)).Next.Lost(S(30)).Wait);
        Assert.Equal(S(0.5), device.Lost(S(6.5)).Wait);
    }

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);
}
