using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Playback;

/// <summary>What <see cref="Playout"/> wants done.</summary>
public abstract record PlayoutDecision
{
    private PlayoutDecision() { }

    /// <summary>
    /// Write <see cref="Playout.Block"/>, once all changes so far are final; then call <see cref="Playout.Taken"/>. The end of the echo is
    /// no longer awaited.
    /// </summary>
    public sealed record Write : PlayoutDecision
    {
        /// <summary>The shared instance.</summary>
        public static readonly Write Signal = new();
    }

    /// <summary>
    /// Silence the speaker; then call <see cref="Playout.Discarded"/>. <c>NotTaken</c>: bytes of the last block that were withdrawn.
    /// </summary>
    public sealed record Discard(ResponseId Response, int NotTaken) : PlayoutDecision;

    /// <summary>A response is over: report it, and do not wait for the end of its playout.</summary>
    public sealed record Report(PlaybackFacts.Ended Fact) : PlayoutDecision;

    /// <summary>More audio of this response than may wait is lost: log it.</summary>
    public sealed record ReportLoss(ResponseId Response) : PlayoutDecision;

    /// <summary>The speaker has failed for the first time: log and report it.</summary>
    public sealed record ReportFailure(Exception Cause) : PlayoutDecision;

    /// <summary>Call <see cref="Playout.PlayedOut"/> after this time.</summary>
    public sealed record AwaitPlayout(ResponseId Response, TimeSpan Wait) : PlayoutDecision;

    /// <summary>
    /// Call <see cref="Playout.EchoGone"/> after this time, unless that is awaited already. Nothing else is to be done until then.
    /// </summary>
    public sealed record AwaitEcho(TimeSpan Wait) : PlayoutDecision
    {
        /// <summary>The key of its timer.</summary>
        public const string Key = "echo";
    }

    /// <summary>Mute the microphone, or open it; the end of the echo is no longer awaited.</summary>
    public sealed record Mute : PlayoutDecision
    {
        /// <summary>The shared instances.</summary>
        public static readonly Mute On = new() { IsOn = true }, Off = new();

        /// <summary>False: open it.</summary>
        public bool IsOn { get; private init; }
    }
}
