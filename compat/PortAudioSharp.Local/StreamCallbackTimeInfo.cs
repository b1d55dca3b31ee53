using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>When a buffer's first frame is at the device, in seconds on the clock of <see cref="Stream.Time"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct StreamCallbackTimeInfo
{
    /// <summary>It was recorded then.</summary>
    public double inputBufferAdcTime;

    /// <summary>The callback was called then.</summary>
    public double currentTime;

    /// <summary>It will be heard then.</summary>
    public double outputBufferDacTime;
}
