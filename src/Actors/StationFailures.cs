using System.Collections.Immutable;

namespace RealtimeAkka.Actors;

/// <summary>
/// How often stations failed. One that fails goes on with the state it had before the message it failed on; a station that
/// fails three times within a minute does not get better.
/// </summary>
public sealed record StationFailures
{
    private const int TooMany = 3;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private ImmutableList<(string Station, TimeSpan At)> Recent { get; init; } = [];

    /// <summary>A station failed; <c>IsHopeless</c> says that it shall not go on.</summary>
    public (StationFailures Next, bool IsHopeless) Failed(string station, TimeSpan now)
    {
        var recent = Recent.RemoveAll(failure => now - failure.At >= Window).Add((station, now));
        return (new StationFailures { Recent = recent }, recent.Count(failure => failure.Station == station) >= TooMany);
    }
}
