namespace PortAudioSharp;

/// <summary>How the stream proceeds after a callback.</summary>
public enum StreamCallbackResult
{
    /// <summary>Call again.</summary>
    Continue = 0,

    /// <summary>End after all buffers were played.</summary>
    Complete = 1,

    /// <summary>End immediately.</summary>
    Abort = 2,
}
