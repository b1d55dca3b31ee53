using System.Collections.Immutable;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

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

    /// <summary>What a person reads about a station that failed and goes on.</summary>
    public static Notice NoticeOf(SessionMessages.StationFailed failed)
    {
        var twice = failed.GivenUp is { } message ? $" twice on the same message ({message})" : "";
        return new(NoticeLevel.Warning, "station_restarted", $"The {failed.Station} station failed{twice} and goes on; see session.log.");
    }

    /// <summary>A station failed; <c>IsHopeless</c>: it must not go on.</summary>
    public (StationFailures Next, bool IsHopeless) Failed(string station, TimeSpan now)
    {
        var recent = Recent.RemoveAll(failure => now - failure.At >= Window).Add((station, now));
        return (new StationFailures { Recent = recent }, recent.Count(failure => failure.Station == station) >= TooMany);
    }
}
