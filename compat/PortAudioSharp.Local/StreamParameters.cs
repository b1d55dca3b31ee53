namespace PortAudioSharp;

/// <summary>One direction of a stream.</summary>
public struct StreamParameters
{
    /// <summary>The device's index.</summary>
    public int device;

    /// <summary>Samples per frame.</summary>
    public int channelCount;

    /// <summary>How a sample is written.</summary>
    public SampleFormat sampleFormat;

    /// <summary>Seconds; PortAudio grants at least two buffers.</summary>
    public double suggestedLatency;

    /// <summary>Zero.</summary>
    public nint hostApiSpecificStreamInfo;

    /// <inheritdoc/>
    public override readonly string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"device {device}, {channelCount} x {sampleFormat}, {suggestedLatency} s");
}
