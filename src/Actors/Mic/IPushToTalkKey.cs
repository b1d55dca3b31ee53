namespace RealtimeAkka.Actors.Mic;

/// <summary>The key that the user presses at the end of a turn.</summary>
public interface IPushToTalkKey
{
    /// <summary>Completes with true when it is pressed, with false when it can no longer be pressed. One call at a time.</summary>
    Task<bool> PressedAsync();
}
