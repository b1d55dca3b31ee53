namespace PortAudioSharp;

/// <summary>What a callback wants next.</summary>
public enum StreamCallbackResult
{
    /// <summary>To be called again.</summary>
    Continue = 0,

    /// <summary>An end, when all is played.</summary>
    Complete = 1,

    /// <summary>An end at once.</summary>
    Abort = 2,
}
