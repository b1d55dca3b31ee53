namespace PortAudioSharp;

/// <summary>Problems since the last callback. PulseAudio never reports lost input: check the age of the buffer instead.</summary>
[Flags]
public enum StreamCallbackFlags : uint
{
    /// <summary>Silence was inserted.</summary>
    InputUnderflow = 0x1,

    /// <summary>Input was lost.</summary>
    InputOverflow = 0x2,

    /// <summary>The output had a gap.</summary>
    OutputUnderflow = 0x4,

    /// <summary>Output was discarded.</summary>
    OutputOverflow = 0x8,

    /// <summary>The stream is not playing yet.</summary>
    PrimingOutput = 0x10,
}
