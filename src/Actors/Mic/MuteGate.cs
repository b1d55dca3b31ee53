namespace RealtimeAkka.Actors.Mic;

/// <summary>Whether the microphone may be heard, and for how long it was not.</summary>
public readonly record struct MuteGate(bool IsMuted, TimeSpan Since, TimeSpan Before)
{
    /// <summary>Closes the gate; closing it twice is closing it once.</summary>
    public MuteGate Close(TimeSpan now) => IsMuted ? this : this with { IsMuted = true, Since = now };

    /// <summary>Opens the gate.</summary>
    public MuteGate Open(TimeSpan now) => IsMuted ? new(false, default, Muted(now)) : this;

    /// <summary>How long it was closed in all.</summary>
    public TimeSpan Muted(TimeSpan now) => IsMuted ? Before + (now - Since) : Before;
}
