using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>The library as a whole: begin with <see cref="Initialize"/>, end with <see cref="Terminate"/>, once each.</summary>
public static unsafe class PortAudio
{
    /// <summary>What the default devices are where there is none.</summary>
    public const int NoDevice = -1;

    /// <summary>Leaves the size of a callback's buffer to PortAudio; it may then vary.</summary>
    public const uint FramesPerBufferUnspecified = 0;

    private static int s_initialized;
    private static int s_era;

    /// <summary>Counts how often the library was left for good: a stream's pointer is void in the next era.</summary>
    internal static int Era => Volatile.Read(ref s_era);

    /// <summary>The version of the library that was loaded.</summary>
    public static VersionInfo VersionInfo => new(*Native.Pa_GetVersionInfo());

    /// <summary>The device that the system records from; <see cref="NoDevice"/> where there is none.</summary>
    public static int DefaultInputDevice => Native.Pa_GetDefaultInputDevice();

    /// <summary>The device that the system plays on; <see cref="NoDevice"/> where there is none.</summary>
    public static int DefaultOutputDevice => Native.Pa_GetDefaultOutputDevice();

    /// <summary>Devices are numbered from 0 to one less, until <see cref="Terminate"/>.</summary>
    public static int DeviceCount => Native.Pa_GetDeviceCount();

    /// <summary>Does nothing: the library is loaded with the first call.</summary>
    public static void LoadNativeLibrary()
    {
    }

    /// <summary>
    /// Looks for devices. Throws <see cref="DllNotFoundException"/> where the library is not installed and
    /// <see cref="PortAudioException"/> where it cannot start.
    /// </summary>
    public static void Initialize()
    {
        try
        {
            PortAudioException.ThrowIfError(Native.Pa_Initialize(), "PortAudio cannot start");
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"The sound library PortAudio is not installed: there is none of {string.Join(", ", Native.FileNames)}", e);
        }
        Interlocked.Increment(ref s_initialized);
    }

    /// <summary>Ends what one <see cref="Initialize"/> began; the last one closes all streams.</summary>
    public static void Terminate()
    {
        PortAudioException.ThrowIfError(Native.Pa_Terminate(), "PortAudio cannot end");
        if (Interlocked.Decrement(ref s_initialized) == 0) Interlocked.Increment(ref s_era);
    }

    /// <summary>Describes a device.</summary>
    public static DeviceInfo GetDeviceInfo(int device)
    {
        var info = Native.Pa_GetDeviceInfo(device);
        return info is not null ? new DeviceInfo(*info) : throw new PortAudioException(ErrorCode.InvalidDevice, $"There is no device {device}");
    }

    /// <summary>PortAudio's own words for an error.</summary>
    public static string GetErrorText(ErrorCode errorCode) => Marshal.PtrToStringUTF8(Native.Pa_GetErrorText(errorCode)) ?? "";
}
