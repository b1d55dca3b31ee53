namespace RealtimeAkka.Actors.Sessions;

/// <summary>When the session ends by itself; null: never for that reason.</summary>
public sealed record EndSettings(int? AfterTurns, TimeSpan? AfterDuration);
