using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Browser;

/// <summary>
/// How much of the assistant's sound a browser has played, in bytes. What the browser reports counts, within two bounds: what was sent,
/// and the time since it was sent. A browser that reports nothing is assumed to play what it has.
/// </summary>
public sealed record PlayoutClock : IPlayout<PlayoutClock>
{
    /// <summary>A browser that has reported is believed for so long after its last report.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // It may count a block as played when it begins to play it.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(200);

    // Positions on one axis: sound that was discarded does not count.
    private long Taken { get; init; }
    private long Sent { get; init; }
    private long Reported { get; init; }

    private TimeSpan? ReportedAt { get; init; }
    private TimeSpan SoundingSince { get; init; } // the first sound after all before it was played
    private TimeSpan PlayedUntil { get; init; } // when all that was sent is played at the earliest
    private long Discarded { get; init; } // sent, discarded, and not reported as played since
    private long Offset { get; init; } // of what was discarded the browser has played so much all the same

    /// <inheritdoc/>
    public PlayoutClock Take(int bytes) => this with { Taken = Taken + bytes };

    /// <inheritdoc/>
    public PlayoutClock Send(int bytes, TimeSpan now) => this with
    {
        SoundingSince = Played(now) == Sent ? now : SoundingSince,
        Sent = Sent + bytes,
        PlayedUntil = (PlayedUntil > now ? PlayedUntil : now) + Pcm.Duration(bytes),
    };

    /// <summary>The browser says that it has played so much since the call began.</summary>
    public PlayoutClock Report(long ms, TimeSpan now)
    {
        var position = ms * Pcm.BytesPerMillisecond - Offset;
        // It may have played a little more before it was told to drop the rest; later reports include that.
        var extra = Math.Clamp(position - Sent, 0, Discarded);
        return this with
        {
            Offset = Offset + extra, Discarded = Discarded - extra,
            Reported = Math.Max(Reported, Math.Min(position - extra, Sent)), ReportedAt = now,
        };
    }

    /// <inheritdoc/>
    public long Played(TimeSpan now)
    {
        if (ReportedAt is not { } reported) return Possible(now);
        var silentFor = now - (reported > SoundingSince ? reported : SoundingSince) - Patience;
        return Math.Min(Possible(now + Slack), Reported + (silentFor > TimeSpan.Zero ? ToBytes(silentFor) : 0));
    }

    /// <inheritdoc/>
    public long Waiting(TimeSpan now) => Taken - Played(now);

    /// <inheritdoc/>
    public TimeSpan Left(TimeSpan now) => Waiting(now) is > 0 and var bytes ? Pcm.Duration(bytes)
        : (ReportedAt > PlayedUntil ? ReportedAt.Value : PlayedUntil) - now is { Ticks: < 0 } ended ? ended : TimeSpan.Zero;

    /// <inheritdoc/>
    public (PlayoutClock Next, long Unheard) Discard(TimeSpan now)
    {
        var played = Played(now);
        var next = this with { Taken = played, Sent = played, Reported = played, PlayedUntil = now, Discarded = Discarded + Sent - played };
        return (next, Taken - played);
    }

    private long Possible(TimeSpan now) => Math.Max(0, Sent - (PlayedUntil > now ? ToBytes(PlayedUntil - now) : 0));

    private static long ToBytes(TimeSpan time) => (long)(time.TotalMilliseconds * Pcm.BytesPerMillisecond) / 2 * 2;
}
