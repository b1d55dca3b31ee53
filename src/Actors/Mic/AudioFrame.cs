using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>A frame of the user's audio as it is sent. Its level is measured once, for all who ask about it.</summary>
/// <param name="Bytes">In the format of the session.</param>
/// <param name="Level">Root mean square, 0 to 1.</param>
/// <param name="Duration">Length in time.</param>
public readonly record struct AudioFrame(byte[] Bytes, double Level, TimeSpan Duration)
{
    /// <summary>Measures a frame in this format.</summary>
    public static AudioFrame Of(byte[] bytes, SoundFormat format) => new(bytes, format.Rms(bytes), format.Duration(bytes.Length));

    /// <summary>Plainly silent.</summary>
    public bool IsSilent => Level < Pcm.SilenceRms;
}
