namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Where the audio that is sent stands on the session's clock, which begins when the session opens: each frame follows the one before, or
/// begins later, where the input was paused. The recording is made by the same rule.
/// </summary>
public readonly record struct SentTimeline
{
    // The times come from counted samples: only a larger difference means that there was a pause, or that audio is missing.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(15);

    private TimeSpan? OpenedAt { get; init; }
    private TimeSpan End { get; init; }

    /// <summary>The session opens now.</summary>
    public SentTimeline Open(TimeSpan now) => new() { OpenedAt = now };

    /// <summary>Audio of this length is sent that was spoken at <paramref name="at"/>, or (null) right after the one before.</summary>
    /// <returns><c>Begins</c>: when it begins, if there was a pause before it; null: there was none.</returns>
    public (SentTimeline Next, TimeSpan? Begins) Add(TimeSpan length, TimeSpan? at)
    {
        var pause = at is { } time && OpenedAt is { } opened ? Pause(End, time - opened) : TimeSpan.Zero;
        var begin = End + pause;
        return (this with { End = begin + length }, pause > TimeSpan.Zero ? begin : null);
    }

    /// <summary>The pause between audio that ends at <paramref name="end"/> and the audio after it; zero: it follows.</summary>
    public static TimeSpan Pause(TimeSpan end, TimeSpan begin) => begin - end > Slack ? begin - end : TimeSpan.Zero;
}
