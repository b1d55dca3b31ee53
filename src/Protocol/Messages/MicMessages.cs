namespace RealtimeAkka.Protocol.Messages;

/// <summary>What a person can do to the microphone of a running session.</summary>
public enum MicControl
{
    /// <summary>Mute it, or unmute it.</summary>
    ToggleMute,
    /// <summary>Use the next device of the list.</summary>
    NextDevice,
}

/// <summary>Why the microphone is muted.</summary>
[Flags]
public enum MuteReasons
{
    /// <summary>It is not.</summary>
    None = 0,
    /// <summary>The assistant is heard.</summary>
    Assistant = 1,
    /// <summary>The caller has muted it.</summary>
    Caller = 2,
}

/// <summary>Owned by MicActor: the credit to send audio, frame by frame, and the mute.</summary>
public static class MicMessages
{
    /// <summary>A new connection (the sender): discard old credit, begin with this many frames and the oldest audio that is kept.</summary>
    public sealed record ResetCredit(int Frames);

    /// <summary>There is no connection: suspend sending and keep the audio for the next one.</summary>
    public sealed record Suspend;

    /// <summary>
    /// The audio before this position, in ms on the session's audio clock, is in joined turns and is not needed again.
    /// <c>Quiet</c>: no turn is open and nobody speaks.
    /// </summary>
    public sealed record Release(long BeforeMs, bool Quiet);

    /// <summary>This many frames were sent since the last such message.</summary>
    public sealed record AddCredit(int Frames);

    /// <summary>The assistant is heard: withhold the user's audio. A live source sends silence, a pull source pauses.</summary>
    public sealed record Mute
    {
        /// <summary>The shared instance.</summary>
        public static readonly Mute Signal = new();
    }

    /// <summary>The assistant was heard to the end, and its echo has decayed.</summary>
    public sealed record Unmute
    {
        /// <summary>The shared instance.</summary>
        public static readonly Unmute Signal = new();
    }

    /// <summary>A person at the terminal wants this of the microphone.</summary>
    public sealed record Control(MicControl What);

    /// <summary>Stop listening; send the closing silence, then send <see cref="SessionMessages.InputEnded"/>.</summary>
    public sealed record Stop;

    /// <summary>Answered with <see cref="Report"/>.</summary>
    public sealed record GetReport;

    /// <summary>Bytes sent and dropped, and how long the microphone was muted.</summary>
    public sealed record Report(long SentBytes, TimeSpan Muted, long DroppedBytes);
}
