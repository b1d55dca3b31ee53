using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Pure.Tests.Mic;

public class FrameRingTests
{
    private readonly FrameRing _ring = new(frames: 3, frameBytes: 2);

    [Fact]
    public void Frames_come_out_in_their_order_however_they_were_cut_going_in()
    {
        _ring.Write([1]);
        _ring.Write([1, 2]);
        _ring.Write([2, 3, 3]);

        Assert.Equal([1, 2, 3], Drain());
        Assert.Equal(0, _ring.TakeLost());
    }

    [Fact]
    public void Half_a_frame_waits_for_its_other_half()
    {
        Assert.False(_ring.Write([7]));
        Assert.False(_ring.Any);
        Assert.True(_ring.Write([7]));
        Assert.Equal([7], Drain());
    }

    [Fact]
    public void A_full_ring_loses_the_oldest_and_counts_it()
    {
        for (byte i = 1; i <= 5; i++) _ring.Write([i, i]);

        Assert.Equal([3, 4, 5], Drain());
        Assert.Equal(2, _ring.TakeLost());
        Assert.Equal(0, _ring.TakeLost());
    }

    [Fact]
    public void The_reader_is_told_once_until_it_has_listened()
    {
        Assert.True(_ring.Write([1, 1]));
        Assert.False(_ring.Write([2, 2]));
        _ring.Acknowledge();
        Assert.True(_ring.Write([3, 3]));
    }

    [Fact]
    public void A_writer_and_a_reader_at_once_never_mix_two_frames()
    {
        const int Frames = 300_000;
        var ring = new FrameRing(8, 64);
        var writer = new Thread(() =>
        {
            var frame = new byte[64];
            for (var i = 1; i <= Frames; i++)
            {
                BitConverter.TryWriteBytes(frame, i);
                frame.AsSpan(4).Fill((byte)i);
                ring.Write(frame);
            }
        });
        writer.Start();

        var last = 0;
        var seen = 0L;
        var lost = 0L;
        var read = new byte[64];
        while (last < Frames)
        {
            if (!ring.TryRead(read)) continue;
            var number = BitConverter.ToInt32(read);
            Assert.True(number > last, $"{number} after {last}");
            Assert.True(read.AsSpan(4).IndexOfAnyExcept((byte)number) < 0, "two frames in one");
            last = number;
            seen++;
            lost += ring.TakeLost();
        }
        writer.Join();
        Assert.Equal(Frames, seen + lost);
    }

    private List<int> Drain()
    {
        var frames = new List<int>();
        Span<byte> frame = stackalloc byte[2];
        while (_ring.TryRead(frame))
        {
            Assert.Equal(frame[0], frame[1]);
            frames.Add(frame[0]);
        }
        return frames;
    }
}
