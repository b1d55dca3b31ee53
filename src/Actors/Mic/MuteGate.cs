namespace RealtimeAkka.Actors.Mic;

/// <summary>Whether the microphone is muted, and for how long it was in total.</summary>
public readonly record struct MuteGate(bool IsMuted, TimeSpan Since, TimeSpan Before)
{
    /// <summary>Closes the gate; no effect if it is closed.</summary>
    public MuteGate Close(TimeSpan now) => IsMuted ? this : this with { IsMuted = true, Since = now };

    /// <summary>Opens the gate.</summary>
    public MuteGate Open(TimeSpan now) => IsMuted ? new(false, default, Muted(now)) : this;

    /// <summary>Total time the gate was closed.</summary>
    public TimeSpan Muted(TimeSpan now) => IsMuted ? Before + (now - Since) : Before;
}
