using System.Collections.Immutable;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// The session's one clock, that of its recording: it begins when the session opens and never stands still, while the clock of the audio
/// that is sent stands still where a file waits for the assistant. An immutable value.
/// </summary>
public sealed record SessionClock
{
    // A turn is published soon after it was spoken: older pauses are needed no more.
    private const int Remembered = 64;

    private TimeSpan? OpenedAt { get; init; }
    private ImmutableList<(long AudioMs, long ClockMs)> Places { get; init; } = [];

    /// <summary>The session opens now.</summary>
    public SessionClock Open(TimeSpan now) => OpenedAt is null ? this with { OpenedAt = now } : this;

    /// <summary>Audio from <paramref name="audioMs"/> on was spoken from this time on, in ms since the session opened.</summary>
    public SessionClock With(long audioMs, long clockMs) => this with
    {
        Places = (Places.Count < Remembered ? Places : Places.RemoveAt(0)).Add((audioMs, clockMs)),
    };

    /// <summary>When audio was spoken, in ms since the session opened; null: its clock does not run in real time.</summary>
    public long? Of(long? audioMs)
    {
        if (OpenedAt is null || audioMs is not { } ms) return null;
        var last = Places.FindLastIndex(place => place.AudioMs <= ms);
        return last < 0 ? ms : ms + Places[last].ClockMs - Places[last].AudioMs;
    }

    /// <summary>
    /// When speech began and ended. It begins with the silence that the server counts as part of it, which may lie before a pause of the
    /// input: its begin is placed by its end.
    /// </summary>
    public (long? StartedMs, long? EndedMs) Of(long? audioStartMs, long? audioEndMs) => Of(audioEndMs) is { } ended
        ? (audioStartMs is { } start ? ended - (audioEndMs - start) : null, ended) : (Of(audioStartMs), null);

    /// <summary>A moment in ms since the session opened; null: its clock does not run in real time.</summary>
    public long? Of(TimeSpan? moment) =>
        OpenedAt is { } opened && moment is { } at ? Math.Max(0, (long)(at - opened).TotalMilliseconds) : null;
}
