namespace RealtimeAkka.Actors.Sinks;

/// <summary>The sinks station. <c>Pending</c>: maximum records waiting for one slow writer.</summary>
public sealed record SinkSettings(int Pending)
{
    /// <summary>Time at the end of the session in which all sinks must have written what waits.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(5);
}
