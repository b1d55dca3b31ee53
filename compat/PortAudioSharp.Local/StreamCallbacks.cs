namespace PortAudioSharp;

/// <summary>What PortAudio's thread finds behind its user-data pointer.</summary>
internal sealed class StreamCallbacks(Stream.Callback sound, object? userData)
{
    /// <summary>Brings or takes sound.</summary>
    public Stream.Callback Sound { get; } = sound;

    /// <summary>The application's own object.</summary>
    public object? UserData { get; } = userData;

    /// <summary>Is told that the stream has ended, if set.</summary>
    public volatile Stream.FinishedCallback? Finished;
}
