namespace PortAudioSharp;

/// <summary>What went wrong since the last callback. PulseAudio never says that input was lost: see how old it is.</summary>
[Flags]
public enum StreamCallbackFlags : uint
{
    /// <summary>Silence was put in.</summary>
    InputUnderflow = 0x1,

    /// <summary>Sound was lost.</summary>
    InputOverflow = 0x2,

    /// <summary>There was a gap in what is heard.</summary>
    OutputUnderflow = 0x4,

    /// <summary>Something will not be heard.</summary>
    OutputOverflow = 0x8,

    /// <summary>The stream is not playing yet.</summary>
    PrimingOutput = 0x10,
}
