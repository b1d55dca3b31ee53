using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>A frame of the user's audio as it is sent. Its level is measured once, for all who ask about it.</summary>
/// <param name="Bytes">PCM16 mono 24 kHz.</param>
/// <param name="Level">Root mean square, 0 to 1.</param>
public readonly record struct AudioFrame(byte[] Bytes, double Level)
{
    /// <summary>Measures a frame.</summary>
    public static AudioFrame Of(byte[] bytes) => new(bytes, Pcm.Rms(bytes));

    /// <summary>Length in time.</summary>
    public TimeSpan Duration => Pcm.Duration(Bytes.Length);

    /// <summary>Plainly silent.</summary>
    public bool IsSilent => Level < Pcm.SilenceRms;
}
