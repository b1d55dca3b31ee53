using System.Runtime.InteropServices;

namespace PortAudioSharp;

// Memory layout of the structs of portaudio.h.

[StructLayout(LayoutKind.Sequential)]
internal readonly struct PaStreamParameters(StreamParameters parameters)
{
    private readonly int _device = parameters.device;
    private readonly int _channelCount = parameters.channelCount;
    private readonly CULong _sampleFormat = new((uint)parameters.sampleFormat);
    private readonly double _suggestedLatency = parameters.suggestedLatency;
    private readonly nint _hostApiSpecificStreamInfo = parameters.hostApiSpecificStreamInfo;
}

[StructLayout(LayoutKind.Sequential)]
internal struct PaDeviceInfo
{
    public int StructVersion;
    public nint Name;
    public int HostApi;
    public int MaxInputChannels;
    public int MaxOutputChannels;
    public double DefaultLowInputLatency;
    public double DefaultLowOutputLatency;
    public double DefaultHighInputLatency;
    public double DefaultHighOutputLatency;
    public double DefaultSampleRate;
}

[StructLayout(LayoutKind.Sequential)]
internal struct PaHostErrorInfo
{
    public int HostApiType;
    public CLong ErrorCode;
    public nint ErrorText;
}

[StructLayout(LayoutKind.Sequential)]
internal struct PaVersionInfo
{
    public int VersionMajor;
    public int VersionMinor;
    public int VersionSubMinor;
    public nint VersionControlRevision;
    public nint VersionText;
}
