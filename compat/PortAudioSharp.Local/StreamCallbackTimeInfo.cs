using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>Times of a buffer's first frame, in seconds on the clock of <see cref="Stream.Time"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct StreamCallbackTimeInfo
{
    /// <summary>Recording time at the device.</summary>
    public double inputBufferAdcTime;

    /// <summary>Time of this call.</summary>
    public double currentTime;

    /// <summary>Playing time at the device.</summary>
    public double outputBufferDacTime;
}
