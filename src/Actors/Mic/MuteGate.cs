using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Mic;

/// <summary>Whether the microphone is muted, why, and for how long it was in total.</summary>
public readonly record struct MuteGate(MuteReasons Reasons, TimeSpan Since, TimeSpan Before)
{
    /// <summary>There is a reason to be muted.</summary>
    public bool IsMuted => Reasons != MuteReasons.None;

    /// <summary>Closes the gate for a reason; no effect if it is closed for that reason.</summary>
    public MuteGate Close(MuteReasons reason, TimeSpan now) => this with { Reasons = Reasons | reason, Since = IsMuted ? Since : now };

    /// <summary>A reason is gone: opens the gate unless there is another one.</summary>
    public MuteGate Open(MuteReasons reason, TimeSpan now) => (Reasons & ~reason) switch
    {
        MuteReasons.None when IsMuted => new(MuteReasons.None, default, Muted(now)),
        var others => this with { Reasons = others },
    };

    /// <summary>Closes the gate for a reason, or takes that reason back.</summary>
    public MuteGate Toggle(MuteReasons reason, TimeSpan now) => Reasons.HasFlag(reason) ? Open(reason, now) : Close(reason, now);

    /// <summary>Total time the gate was closed.</summary>
    public TimeSpan Muted(TimeSpan now) => IsMuted ? Before + (now - Since) : Before;
}
