using RealtimeAkka.Protocol;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Audio;

public class PcmTests
{
    [Fact]
    public void Every_whole_millisecond_has_its_48_bytes_and_back()
    {
        for (var ms = 0; ms <= 20_000; ms++)
        {
            Assert.Equal(48 * ms, Pcm.Bytes(Ms(ms)));
            Assert.Equal(Ms(ms), Pcm.Duration(48L * ms));
            Assert.Equal(ms, Pcm.Milliseconds(48L * ms));
        }
    }

    [Fact]
    public void A_part_of_a_sample_is_none() => Assert.Equal(2, Pcm.Bytes(TimeSpan.FromTicks(417 + 415)));

    [Fact]
    public void Loudness_is_the_same_for_sound_of_any_length()
    {
        var sound = new byte[400];
        new Random(7).NextBytes(sound);
        for (var length = 0; length <= sound.Length; length++)
        {
            var squares = Enumerable.Range(0, length / 2).Select(n => Math.Pow(BitConverter.ToInt16(sound, 2 * n) / 32768.0, 2)).ToList();
            Assert.Equal(squares.Count == 0 ? 0 : Math.Sqrt(squares.Sum() / squares.Count), Pcm.Rms(sound.AsSpan(0, length)), 12);
        }
    }

    [Fact]
    public void Silence_has_no_level_and_full_scale_has_one()
    {
        Assert.Equal(0, Pcm.Rms([]));
        Assert.Equal(0, Pcm.Rms(new byte[960]));
        Assert.Equal(1, Pcm.Rms([0x00, 0x80, 0x00, 0x80]));
        Assert.Equal(0.5, Pcm.Rms([0x00, 0x40, 0x00, 0xC0, 0x7F]), 6); // half a sample at the end is ignored
    }
}
