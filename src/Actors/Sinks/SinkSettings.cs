namespace RealtimeAkka.Actors.Sinks;

/// <summary>The sinks station. <c>Pending</c>: maximum records waiting for one slow writer.</summary>
public sealed record SinkSettings(int Pending);
