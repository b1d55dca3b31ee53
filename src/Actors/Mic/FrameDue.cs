namespace RealtimeAkka.Actors.Mic;

/// <summary>Sent to a microphone station by its timer: the next frame is due.</summary>
internal sealed record FrameDue
{
    /// <summary>The key of the timer.</summary>
    public const string Key = "frame";

    /// <summary>The shared instance.</summary>
    public static readonly FrameDue Signal = new();
}
