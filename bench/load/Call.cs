using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Telephone;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load;

/// <summary>The generated call: turns of 2.0 s of tone, which VAD detects as speech, and 1.2 s of silence.</summary>
internal static class Call
{
    private static readonly TimeSpan Speech = TimeSpan.FromSeconds(2.0);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.2);

    /// <summary>Offset in a turn at which a server may commit it: silence detection takes 500 ms.</summary>
    private static readonly TimeSpan Committed = Speech + TimeSpan.FromMilliseconds(500);

    /// <summary>Duration of one turn.</summary>
    public static TimeSpan Turn => Speech + Silence;

    /// <summary>Number of turns that are committed for certain once this much of the call was sent.</summary>
    public static int TurnsIn(TimeSpan sent) => sent < Committed ? 0 : 1 + (int)((sent - Committed) / Turn);

    /// <summary>Writes a file of ten turns, to be played in a loop.</summary>
    public static void Write(string path)
    {
        using var file = new WavWriter(path, SoundFormat.Pcm16);
        var tone = Tone(220, 8000, Speech);
        for (var turn = 0; turn < 10; turn++)
        {
            file.Write(tone);
            file.Write(new byte[Pcm.Bytes(Silence)]);
        }
    }

    /// <summary>A sine in 24 kHz PCM16.</summary>
    public static byte[] Tone(int hz, int peak, TimeSpan length)
    {
        var tone = new byte[Pcm.Bytes(length)];
        for (var i = 0; i < tone.Length / Pcm.BytesPerSample; i++)
        {
            BitConverter.TryWriteBytes(tone.AsSpan(i * Pcm.BytesPerSample),
                (short)(peak * Math.Sin(i * 2 * Math.PI * hz / Pcm.SampleRate)));
        }
        return tone;
    }

    /// <summary>Bytes of PCM16 for each byte of µ-law.</summary>
    public static readonly int SoundBytesPerByte = Pcm.BytesPerMillisecond / SoundFormat.MuLaw.BytesPerMillisecond;

    /// <summary>Sound as a telephone line carries it, µ-law 8 kHz, in whole samples.</summary>
    public static byte[] MuLaw(byte[] pcm)
    {
        var line = new byte[LineEncoder.Max(pcm.Length)];
        new LineEncoder(G711Law.MuLaw).Encode(pcm, line);
        return line[..(pcm.Length / SoundBytesPerByte)];
    }

    /// <summary>The server's transcript of a turn. It contains the turn's number, so that a wrong join is detected.</summary>
    public static string Heard(int turn, string by) => FormattableString.Invariant($"This is turn {turn} as {by} heard it.");

    /// <summary>The server's answer to a turn.</summary>
    public static string Answer(int turn) => FormattableString.Invariant($"This is the answer to turn {turn}.");

    /// <summary>Duration of an answer in milliseconds.</summary>
    public const int AnswerMs = 2000;

    /// <summary>Whether a text contains the number of another turn; texts of other servers contain none.</summary>
    public static bool NamesAnother(string? text, int turn)
    {
        const string Name = "This is turn ";
        return text?.StartsWith(Name, StringComparison.Ordinal) == true
            && !text.AsSpan(Name.Length).StartsWith(FormattableString.Invariant($"{turn} "));
    }
}
