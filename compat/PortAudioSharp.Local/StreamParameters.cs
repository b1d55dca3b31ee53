namespace PortAudioSharp;

/// <summary>One direction of a stream.</summary>
public struct StreamParameters
{
    /// <summary>Index of the device.</summary>
    public int device;

    /// <summary>Samples per frame.</summary>
    public int channelCount;

    /// <summary>Format of a sample.</summary>
    public SampleFormat sampleFormat;

    /// <summary>In seconds; PortAudio uses at least two buffers.</summary>
    public double suggestedLatency;

    /// <summary>Must be 0.</summary>
    public nint hostApiSpecificStreamInfo;

    /// <inheritdoc/>
    public override readonly string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"device {device}, {channelCount} x {sampleFormat}, {suggestedLatency} s");
}
