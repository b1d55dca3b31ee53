namespace PortAudioSharp;

/// <summary>The object behind the user data pointer of PortAudio's thread.</summary>
internal sealed class StreamCallbacks(Stream.Callback sound, object? userData)
{
    /// <summary>Reads or fills a buffer.</summary>
    public Stream.Callback Sound { get; } = sound;

    /// <summary>The application's user data.</summary>
    public object? UserData { get; } = userData;

    /// <summary>Called at the end of the stream, if set.</summary>
    public volatile Stream.FinishedCallback? Finished;
}
