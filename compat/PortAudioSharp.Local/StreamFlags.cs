namespace PortAudioSharp;

/// <summary>Options of a stream.</summary>
[Flags]
public enum StreamFlags : uint
{
    /// <summary>Default behavior.</summary>
    NoFlag = 0,

    /// <summary>Samples are not clipped.</summary>
    ClipOff = 0x1,

    /// <summary>Samples are not dithered.</summary>
    DitherOff = 0x2,

    /// <summary>A full-duplex stream does not discard input.</summary>
    NeverDropInput = 0x4,

    /// <summary>The callback also fills the first buffers, which are silent otherwise.</summary>
    PrimeOutputBuffersUsingStreamCallback = 0x8,

    /// <summary>Mask of the platform-specific bits.</summary>
    PlatformSpecificFlags = 0xFFFF0000,
}
