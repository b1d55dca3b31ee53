namespace RealtimeAkka.Actors.Sessions;

/// <summary>When the session ends by itself; null: never for that reason.</summary>
public sealed record EndSettings(int? AfterTurns, TimeSpan? AfterDuration)
{
    /// <summary>When the time is over the assistant says its last words first.</summary>
    public bool SaysLastWords { get; init; }
}
