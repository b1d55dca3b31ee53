using System.Globalization;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>
/// How much of the assistant's sound a carrier has played: what the marks say that have come back, and never what the time allows. A
/// carrier also sends the marks back whose sound it was told to drop, so each clear begins a new series.
/// </summary>
/// <param name="Format">How the sound is coded.</param>
public sealed record MarkClock(SoundFormat Format) : IPlayout<MarkClock>
{
    // Who waits for the last mark asks again after this.
    private static readonly TimeSpan LeastLeft = TimeSpan.FromMilliseconds(20);

    // Positions in bytes on one axis: sound that was discarded does not count.
    private long Taken { get; init; }
    private long Sent { get; init; }
    private long Heard { get; init; }
    private int Series { get; init; }
    private TimeSpan LastAt { get; init; } // of the last mark, or of the first sound that was sent after a silence

    /// <summary>The name of the mark to send after what was sent so far.</summary>
    public string Mark => string.Create(CultureInfo.InvariantCulture, $"{Series}-{Sent}");

    /// <summary>What was sent last is the first sound after a silence.</summary>
    public bool IsFirst { get; private init; }

    /// <summary>Since when a mark is owed: from the last one, or from the first sound after a silence; null: none is.</summary>
    public TimeSpan? OwedSince => Heard < Sent ? LastAt : null;

    /// <inheritdoc/>
    public MarkClock Take(int bytes) => this with { Taken = Taken + bytes };

    /// <inheritdoc/>
    public MarkClock Send(int bytes, TimeSpan now) =>
        this with { Sent = Sent + bytes, IsFirst = Heard == Sent, LastAt = Heard == Sent ? now : LastAt };

    /// <summary>A mark has come back. No effect if it is none of ours, of an earlier series, or was passed by a later one.</summary>
    public MarkClock Return(string name, TimeSpan now) =>
        name.IndexOf('-', StringComparison.Ordinal) is > 0 and var at
        && int.TryParse(name.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var series) && series == Series
        && long.TryParse(name.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        && position > Heard && position <= Sent
            ? this with { Heard = position, LastAt = now } : this;

    /// <inheritdoc/>
    public long Played(TimeSpan now) => Heard;

    /// <inheritdoc/>
    public long Waiting(TimeSpan now) => Taken - Heard;

    /// <summary>Time until all that was taken is played if it is played now; negative: the time since the last mark.</summary>
    public TimeSpan Left(TimeSpan now) => Taken == Heard ? LastAt - now
        : Format.Duration(Taken - Heard) is var left && left > LeastLeft ? left : LeastLeft;

    /// <inheritdoc/>
    public (MarkClock Next, long Unheard) Discard(TimeSpan now) =>
        (this with { Taken = Heard, Sent = Heard, Series = Series + 1, LastAt = now }, Taken - Heard);
}
