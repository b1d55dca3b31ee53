using RealtimeAkka.Host.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load;

/// <summary>The generated call: turns of 2.0 s of tone, which voice activity detection takes for speech, and 1.2 s of silence.</summary>
internal static class Call
{
    private static readonly TimeSpan Speech = TimeSpan.FromSeconds(2.0);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.2);

    /// <summary>Where in a turn a server may commit it: its silence detection takes 500 ms.</summary>
    private static readonly TimeSpan Committed = Speech + TimeSpan.FromMilliseconds(500);

    /// <summary>Length of one turn.</summary>
    public static TimeSpan Turn => Speech + Silence;

    /// <summary>Turns that are surely committed once this much of the call was sent.</summary>
    public static int TurnsIn(TimeSpan sent) => sent < Committed ? 0 : 1 + (int)((sent - Committed) / Turn);

    /// <summary>Writes a file of ten turns; whoever plays it begins again at its end.</summary>
    public static void Write(string path)
    {
        using var file = new WavWriter(path);
        var tone = Tone(220, 8000, Speech);
        for (var turn = 0; turn < 10; turn++)
        {
            file.Write(tone);
            file.Write(new byte[Pcm.Bytes(Silence)]);
        }
    }

    /// <summary>A sine in our format.</summary>
    public static byte[] Tone(int hz, int peak, TimeSpan length)
    {
        var tone = new byte[Pcm.Bytes(length)];
        for (var i = 0; i < tone.Length / Pcm.BytesPerSample; i++)
        {
            BitConverter.TryWriteBytes(tone.AsSpan(i * Pcm.BytesPerSample), (short)(peak * Math.Sin(i * 2 * Math.PI * hz / Pcm.SampleRate)));
        }
        return tone;
    }

    /// <summary>What the server says in a turn. Each text names its turn, so that a wrong join is seen.</summary>
    public static string Heard(int turn, string by) => FormattableString.Invariant($"This is turn {turn} as {by} heard it.");

    /// <summary>What the server answers to a turn.</summary>
    public static string Answer(int turn) => FormattableString.Invariant($"This is the answer to turn {turn}.");

    /// <summary>Length of an answer, in milliseconds.</summary>
    public const int AnswerMs = 2000;

    /// <summary>Whether a text names another turn than this one; texts of other servers name none.</summary>
    public static bool NamesAnother(string? text, int turn)
    {
        const string Name = "This is turn ";
        return text?.StartsWith(Name, StringComparison.Ordinal) == true && !text.AsSpan(Name.Length).StartsWith(FormattableString.Invariant($"{turn} "));
    }
}
