namespace PortAudioSharp;

/// <summary>How a stream behaves.</summary>
[Flags]
public enum StreamFlags : uint
{
    /// <summary>As PortAudio sees fit.</summary>
    NoFlag = 0,

    /// <summary>Samples are not clipped.</summary>
    ClipOff = 0x1,

    /// <summary>Samples are not dithered.</summary>
    DitherOff = 0x2,

    /// <summary>A full-duplex stream loses no input.</summary>
    NeverDropInput = 0x4,

    /// <summary>The callback brings the first buffers too; else they are silence.</summary>
    PrimeOutputBuffersUsingStreamCallback = 0x8,

    /// <summary>The bits that belong to the platform.</summary>
    PlatformSpecificFlags = 0xFFFF0000,
}
