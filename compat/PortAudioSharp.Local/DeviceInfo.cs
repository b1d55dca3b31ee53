using System.Globalization;
using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>A device; latencies in seconds.</summary>
public struct DeviceInfo
{
    /// <summary>2.</summary>
    public int structVersion;

    /// <summary>For people; not unique.</summary>
    public string name;

    /// <summary>The index of its sound system, not the kind.</summary>
    public int hostApi;

    /// <summary>0: it does not record.</summary>
    public int maxInputChannels;

    /// <summary>0: it does not play.</summary>
    public int maxOutputChannels;

    /// <summary>For conversation.</summary>
    public double defaultLowInputLatency;

    /// <summary>For conversation.</summary>
    public double defaultLowOutputLatency;

    /// <summary>For safety.</summary>
    public double defaultHighInputLatency;

    /// <summary>For safety.</summary>
    public double defaultHighOutputLatency;

    /// <summary>Frames per second.</summary>
    public double defaultSampleRate;

    internal DeviceInfo(in PaDeviceInfo info)
    {
        structVersion = info.StructVersion;
        name = Marshal.PtrToStringUTF8(info.Name) ?? "";
        hostApi = info.HostApi;
        maxInputChannels = info.MaxInputChannels;
        maxOutputChannels = info.MaxOutputChannels;
        defaultLowInputLatency = info.DefaultLowInputLatency;
        defaultLowOutputLatency = info.DefaultLowOutputLatency;
        defaultHighInputLatency = info.DefaultHighInputLatency;
        defaultHighOutputLatency = info.DefaultHighOutputLatency;
        defaultSampleRate = info.DefaultSampleRate;
    }

    /// <inheritdoc/>
    public override readonly string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{name}: {maxInputChannels} in, {maxOutputChannels} out, {defaultSampleRate} Hz");
}
