using RealtimeAkka.Audio;

namespace RealtimeAkka.Pure.Tests.Audio;

public class PlaybackBufferTests
{
    private readonly PlaybackBuffer _buffer = new(8, silence: 0);

    [Fact]
    public void What_goes_in_comes_out_and_then_silence()
    {
        _buffer.Write([1, 2, 3, 4, 5]);

        Assert.Equal([1, 2, 3, 4], Read(4));
        Assert.Equal([5, 0, 0, 0], Read(4));
        Assert.Equal([0, 0, 0, 0], Read(4));
    }

    [Fact]
    public void It_goes_round()
    {
        for (byte i = 0; i < 50; i++)
        {
            _buffer.Write([i, i, i]);
            Assert.Equal([i, i, i], Read(3));
        }
    }

    [Fact]
    public void It_says_what_there_is_room_for_and_takes_no_more()
    {
        _buffer.Write([1, 2, 3, 4, 5, 6]);

        Assert.Equal((6, 2), (_buffer.Waiting, _buffer.Free));
        Assert.Throws<ArgumentOutOfRangeException>(() => _buffer.Write([7, 8, 9]));
    }

    [Fact]
    public void What_is_discarded_is_told_and_not_heard()
    {
        _buffer.Write([1, 2, 3, 4]);
        Read(1);

        Assert.Equal(3, _buffer.Discard());
        Assert.Equal(0, _buffer.Waiting);
        _buffer.Write([9, 9]);
        Assert.Equal(2, _buffer.Waiting);
        Assert.Equal([9, 9, 0], Read(3));
    }

    private byte[] Read(int count)
    {
        var bytes = new byte[count];
        _buffer.Read(bytes);
        return bytes;
    }
}
