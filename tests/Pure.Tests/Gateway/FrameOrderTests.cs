using RealtimeAkka.Gateway.Telephone;

namespace RealtimeAkka.Pure.Tests.Gateway;

public class FrameOrderTests
{
    [Fact]
    public void Frames_in_order_pass_at_once()
    {
        var (order, heard) = Play(1, 2, 3);

        Assert.Equal("1 2 3", heard);
        Assert.Equal((0, 0), (order.LostMs, order.Dropped));
    }

    [Theory]
    [InlineData("1 3 2 4", "1 2 3 4")]
    [InlineData("1 4 3 2 5", "1 2 3 4 5")]
    [InlineData("1 6 5 4 3 2 7", "1 2 3 4 5 6 7")]
    public void A_frame_that_overtakes_others_waits_for_them(string arrived, string expected)
    {
        var (order, heard) = Play(Numbers(arrived));

        Assert.Equal(expected, heard);
        Assert.Equal((0, 0), (order.LostMs, order.Dropped));
    }

    [Theory]
    [InlineData("1 1 2 2 3", "1 2 3", 2)]
    [InlineData("1 3 3 2 4", "1 2 3 4", 1)]
    public void A_repeated_frame_is_dropped_and_counted(string arrived, string expected, int dropped)
    {
        var (order, heard) = Play(Numbers(arrived));

        Assert.Equal(expected, heard);
        Assert.Equal((0, dropped), (order.LostMs, order.Dropped));
    }

    [Fact]
    public void A_frame_that_does_not_come_is_silence_once_enough_others_wait()
    {
        var (order, heard) = Play(1, 3, 4, 5, 6, 7);
        Assert.Equal("1", heard);

        (order, heard) = Play(1, 3, 4, 5, 6, 7, 8);
        Assert.Equal("1 (20) 3 4 5 6 7 8", heard);
        Assert.Equal((20, 0), (order.LostMs, order.Dropped));

        (order, heard) = Play(1, 3, 4, 5, 6, 7, 8, 2, 9); // it comes after all, too late
        Assert.Equal("1 (20) 3 4 5 6 7 8 9", heard);
        Assert.Equal((20, 1), (order.LostMs, order.Dropped));
    }

    [Fact]
    public void Two_gaps_are_each_filled()
    {
        var (order, heard) = Play(1, 3, 5, 6, 7, 8, 9, 10);

        Assert.Equal("1 (20) 3 (20) 5 6 7 8 9 10", heard);
        Assert.Equal(40, order.LostMs);
    }

    [Fact]
    public void What_waits_at_the_end_is_passed_on()
    {
        var (order, ready) = Order(1, 4).End();

        Assert.Equal(40, Assert.Single(ready).LostMs);
        Assert.Equal(40, order.LostMs);
    }

    [Fact]
    public void A_call_that_was_held_is_filled_with_a_second_at_most()
    {
        var (order, _) = new FrameOrder().Add(Frame(1, 0));
        foreach (var chunk in Enumerable.Range(2, 6)) (order, _) = order.Add(Frame(chunk + 100, (chunk + 3000) * 20));

        Assert.Equal(1000, order.LostMs);
    }

    [Fact]
    public void Numbers_that_both_tracks_share_are_no_gap_where_the_times_follow()
    {
        var order = new FrameOrder();
        foreach (var frame in Enumerable.Range(0, 10))
        {
            (order, var ready) = order.Add(Frame(2 * frame + 2, 5 + 20 * frame + frame % 2));
            Assert.Equal(0, Assert.Single(ready).LostMs);
        }
        Assert.Equal((0, 0), (order.LostMs, order.Dropped));
    }

    [Fact]
    public void Frames_without_numbers_pass_as_they_come()
    {
        var (order, ready) = new FrameOrder().Add(new VoiceFrame(null, null, new byte[160]));

        Assert.Single(ready);
        Assert.Equal((0, 0), (order.LostMs, order.Dropped));
    }

    [Fact]
    public void Whatever_comes_little_waits_and_nothing_passes_twice()
    {
        var random = new Random(5);
        var order = new FrameOrder();
        List<int> heard = [];
        foreach (var _ in Enumerable.Range(0, 5000))
        {
            var chunk = heard.LastOrDefault() + random.Next(-9, 12);
            (order, var ready) = order.Add(Frame(chunk, random.Next(3) == 0 ? null : chunk * 20));
            heard.AddRange(ready.Select(Number));
        }
        heard.AddRange(order.End().Ready.Select(Number));
        Assert.Equal(heard.Count, heard.Distinct().Count());
        Assert.Equal(heard.Order(), heard);
        Assert.True(heard.Count > 1000, $"{heard.Count}");
    }

    private static int[] Numbers(string text) => [.. text.Split(' ').Select(int.Parse)];

    private static FrameOrder Order(params int[] chunks) =>
        chunks.Aggregate(new FrameOrder(), (order, chunk) => order.Add(Frame(chunk, chunk * 20)).Next);

    private static (FrameOrder Order, string Heard) Play(params int[] chunks)
    {
        var order = new FrameOrder();
        List<string> heard = [];
        foreach (var chunk in chunks)
        {
            (order, var ready) = order.Add(Frame(chunk, chunk * 20));
            foreach (var frame in ready)
            {
                if (frame.LostMs > 0) heard.Add($"({frame.LostMs})");
                heard.Add($"{Number(frame)}");
            }
        }
        return (order, string.Join(' ', heard));
    }

    private static int Number(OrderedFrame frame) => BitConverter.ToInt32(frame.Sound.Span);

    private static VoiceFrame Frame(int chunk, int? atMs)
    {
        var sound = new byte[160];
        BitConverter.TryWriteBytes(sound, chunk);
        return new VoiceFrame(chunk, atMs, sound);
    }
}
