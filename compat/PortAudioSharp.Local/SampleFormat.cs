namespace PortAudioSharp;

/// <summary>How a sample is written, in the machine's byte order.</summary>
[Flags]
public enum SampleFormat : uint
{
    /// <summary>-1 to 1.</summary>
    Float32 = 0x1,

    /// <summary>32 bits.</summary>
    Int32 = 0x2,

    /// <summary>24 bits in 3 bytes.</summary>
    Int24 = 0x4,

    /// <summary>16 bits.</summary>
    Int16 = 0x8,

    /// <summary>8 bits.</summary>
    Int8 = 0x10,

    /// <summary>8 bits, 128 is silence.</summary>
    UInt8 = 0x20,

    /// <summary>The device's own.</summary>
    CustomFormat = 0x10000,

    /// <summary>A buffer for each channel.</summary>
    NonInterleaved = 0x80000000,
}
