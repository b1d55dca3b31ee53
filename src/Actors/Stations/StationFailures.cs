using System.Collections.Immutable;

namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// Counts failures of stations. A station that fails resumes with its state from before the message it failed on; one that
/// fails three times within a minute is taken to be beyond recovery.
/// </summary>
public sealed record StationFailures
{
    private const int TooMany = 3;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private ImmutableList<(string Station, TimeSpan At)> Recent { get; init; } = [];

    /// <summary>A station failed; <c>IsHopeless</c>: it must not go on.</summary>
    public (StationFailures Next, bool IsHopeless) Failed(string station, TimeSpan now)
    {
        var recent = Recent.RemoveAll(failure => now - failure.At >= Window).Add((station, now));
        return (new StationFailures { Recent = recent }, recent.Count(failure => failure.Station == station) >= TooMany);
    }
}
