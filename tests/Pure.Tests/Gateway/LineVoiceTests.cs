using System.Runtime.InteropServices;
using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Telephone;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Gateway;

public class LineVoiceTests
{
    [Theory]
    [InlineData(G711Law.MuLaw)]
    [InlineData(G711Law.ALaw)]
    public void A_voice_survives_the_line_and_back(G711Law law)
    {
        var voice = Tone(1000);
        var (encoder, decoder) = (new LineEncoder(law), new LineDecoder(law));
        var line = new byte[LineEncoder.Max(voice.Length)];
        var written = 0;
        // In blocks of any size.
        for (var (at, block) = (0, 2); at < voice.Length; at += block, block = Math.Min(voice.Length - at, block * 3 % 4000 / 2 * 2 + 2))
            written += encoder.Encode(voice.AsSpan(at, Math.Min(block, voice.Length - at)), line.AsSpan(written));
        List<byte> back = [];
        decoder.Decode(line.AsSpan(0, written), piece => back.AddRange(piece));

        Assert.InRange(written, 7900, 8000);
        Assert.InRange(back.Count, voice.Length - 480, voice.Length);
        var (signal, noise) = (0.0, 0.0);
        var samples = MemoryMarshal.Cast<byte, short>(CollectionsMarshal.AsSpan(back));
        var original = MemoryMarshal.Cast<byte, short>(voice.AsSpan());
        for (var i = 500; i < samples.Length - 500; i++)
        {
            signal += (double)original[i] * original[i];
            noise += Math.Pow(original[i] - samples[i], 2);
        }
        Assert.True(10 * Math.Log10(signal / noise) > 35, $"{10 * Math.Log10(signal / noise):0.0} dB");
    }

    [Fact]
    public void Silence_has_its_length()
    {
        var decoder = new LineDecoder(G711Law.MuLaw);
        var bytes = 0;
        decoder.Silence(500, piece => bytes += piece.Length);

        Assert.InRange(bytes, Pcm.BytesPerMillisecond * 496, Pcm.BytesPerMillisecond * 500);
    }

    private static byte[] Tone(int ms)
    {
        var samples = new short[ms * Pcm.SampleRate / 1000];
        for (var i = 0; i < samples.Length; i++)
        {
            var turn = 2 * Math.PI * i / Pcm.SampleRate;
            samples[i] = (short)(8000 * Math.Sin(440 * turn) + 3000 * Math.Sin(1330 * turn));
        }
        return MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
    }
}
