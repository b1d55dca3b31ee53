namespace PortAudioSharp;

/// <summary>Format of a sample, in native byte order.</summary>
[Flags]
public enum SampleFormat : uint
{
    /// <summary>32-bit float, -1 to 1.</summary>
    Float32 = 0x1,

    /// <summary>32 bits.</summary>
    Int32 = 0x2,

    /// <summary>24 bits in 3 bytes.</summary>
    Int24 = 0x4,

    /// <summary>16 bits.</summary>
    Int16 = 0x8,

    /// <summary>8 bits.</summary>
    Int8 = 0x10,

    /// <summary>8 bits; 128 is silence.</summary>
    UInt8 = 0x20,

    /// <summary>Device-specific format.</summary>
    CustomFormat = 0x10000,

    /// <summary>A separate buffer for each channel.</summary>
    NonInterleaved = 0x80000000,
}
