using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>Global functions: call <see cref="Initialize"/> first and <see cref="Terminate"/> last, once each.</summary>
public static unsafe class PortAudio
{
    /// <summary>Index of a default device that does not exist.</summary>
    public const int NoDevice = -1;

    /// <summary>PortAudio selects the callback's buffer size, which may vary.</summary>
    public const uint FramesPerBufferUnspecified = 0;

    private static int s_initialized;
    private static int s_era;

    /// <summary>Increases with each final <see cref="Terminate"/>, which invalidates all stream pointers.</summary>
    internal static int Era => Volatile.Read(ref s_era);

    /// <summary>Version of the loaded library.</summary>
    public static VersionInfo VersionInfo => new(*Native.Pa_GetVersionInfo());

    /// <summary>Index of the system's default input device, or <see cref="NoDevice"/>.</summary>
    public static int DefaultInputDevice => Native.Pa_GetDefaultInputDevice();

    /// <summary>Index of the system's default output device, or <see cref="NoDevice"/>.</summary>
    public static int DefaultOutputDevice => Native.Pa_GetDefaultOutputDevice();

    /// <summary>Number of devices; their indices, from 0, are valid until <see cref="Terminate"/>.</summary>
    public static int DeviceCount => Native.Pa_GetDeviceCount();

    /// <summary>Does nothing: the library is loaded by the first call.</summary>
    public static void LoadNativeLibrary()
    {
    }

    /// <summary>
    /// Enumerates the devices. Throws <see cref="DllNotFoundException"/> if the library is not installed and
    /// <see cref="PortAudioException"/> if it cannot start.
    /// </summary>
    public static void Initialize()
    {
        try
        {
            PortAudioException.ThrowIfError(Native.Pa_Initialize(), "PortAudio cannot start");
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                $"The sound library PortAudio is not installed: there is none of {string.Join(", ", Native.FileNames)}", e);
        }
        Interlocked.Increment(ref s_initialized);
    }

    /// <summary>Reverts one <see cref="Initialize"/>; the last one closes all streams.</summary>
    public static void Terminate()
    {
        PortAudioException.ThrowIfError(Native.Pa_Terminate(), "PortAudio cannot end");
        if (Interlocked.Decrement(ref s_initialized) == 0) Interlocked.Increment(ref s_era);
    }

    /// <summary>Returns a device's description.</summary>
    public static DeviceInfo GetDeviceInfo(int device)
    {
        var info = Native.Pa_GetDeviceInfo(device);
        return info is not null ? new DeviceInfo(*info)
            : throw new PortAudioException(ErrorCode.InvalidDevice, $"There is no device {device}");
    }

    /// <summary>PortAudio's text for an error.</summary>
    public static string GetErrorText(ErrorCode errorCode) => Marshal.PtrToStringUTF8(Native.Pa_GetErrorText(errorCode)) ?? "";
}
