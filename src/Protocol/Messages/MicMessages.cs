namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by MicActor: the right to send sound, given frame by frame, and the mute.</summary>
public static class MicMessages
{
    /// <summary>A new connection (the sender): forget old credit, start with this many frames, and with the oldest sound that is kept.</summary>
    public sealed record ResetCredit(int Frames);

    /// <summary>There is no connection: keep what is said for the next one.</summary>
    public sealed record Hold;

    /// <summary>
    /// The sound before this place, in ms on the session's sound clock, is in joined turns and will not be needed again.
    /// <c>Quiet</c>: no turn is open and nobody speaks.
    /// </summary>
    public sealed record Release(long BeforeMs, bool Quiet);

    /// <summary>These many frames left for the wire since this was last told.</summary>
    public sealed record AddCredit(int Frames);

    /// <summary>The assistant is heard: hold the sound back.</summary>
    public sealed record Mute
    {
        /// <summary>It carries nothing.</summary>
        public static readonly Mute Signal = new();
    }

    /// <summary>The assistant was heard to the end, and its echo has died away.</summary>
    public sealed record Unmute
    {
        /// <summary>It carries nothing.</summary>
        public static readonly Unmute Signal = new();
    }

    /// <summary>Listen no more; send the closing silence, then say <see cref="SessionMessages.InputEnded"/>.</summary>
    public sealed record Stop;

    /// <summary>Answered with <see cref="Report"/>.</summary>
    public sealed record GetReport;

    /// <summary>Sound in bytes of PCM: sent, and how long it was muted in ms.</summary>
    public sealed record Report(long SentBytes, TimeSpan Muted, long DroppedBytes);
}
