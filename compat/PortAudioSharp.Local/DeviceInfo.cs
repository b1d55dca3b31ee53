using System.Globalization;
using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>An audio device; latencies in seconds.</summary>
public struct DeviceInfo
{
    /// <summary>Always 2.</summary>
    public int structVersion;

    /// <summary>Display name; not unique.</summary>
    public string name;

    /// <summary>Index of the host API, not its type.</summary>
    public int hostApi;

    /// <summary>0 for a device without input.</summary>
    public int maxInputChannels;

    /// <summary>0 for a device without output.</summary>
    public int maxOutputChannels;

    /// <summary>For interactive use.</summary>
    public double defaultLowInputLatency;

    /// <summary>For interactive use.</summary>
    public double defaultLowOutputLatency;

    /// <summary>For robust streaming without interaction.</summary>
    public double defaultHighInputLatency;

    /// <summary>For robust streaming without interaction.</summary>
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
