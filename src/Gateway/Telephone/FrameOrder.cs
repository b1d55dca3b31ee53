using System.Collections.Immutable;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>A frame of the caller's sound: its number and its time in ms, as far as the carrier says them; G.711 at 8 kHz.</summary>
public readonly record struct VoiceFrame(long? Chunk, long? AtMs, ReadOnlyMemory<byte> Sound)
{
    private const int BytesPerMs = 8;

    /// <summary>Its length in ms.</summary>
    public long LengthMs => Sound.Length / BytesPerMs;
}

/// <summary>A frame in its place; <c>LostMs</c>: so much before it did not come, and is silence.</summary>
public readonly record struct OrderedFrame(long LostMs, ReadOnlyMemory<byte> Sound);

/// <summary>
/// Puts the caller's frames in order: a frame that comes before its turn waits for those before it, at most until
/// <see cref="MaxWaiting"/> wait; what has not come by then is lost and counted. A repeated frame and one that is too late are dropped. An
/// immutable value.
/// </summary>
public readonly record struct FrameOrder()
{
    /// <summary>Frames that wait at most: 100 ms.</summary>
    public const int MaxWaiting = 5;

    // Timestamps are rounded and drift; half a frame is no gap.
    private const long ToleranceMs = 10;

    // A longer gap is a call that was held: the silence need not be sent.
    private const long MaxSilenceMs = 1000;

    /// <summary>Sound that did not come, in ms.</summary>
    public long LostMs { get; private init; }

    /// <summary>Frames that came twice, or too late.</summary>
    public long Dropped { get; private init; }

    private bool HasBegun { get; init; }
    private long Chunk { get; init; } // of the last frame that was passed on
    private long? DueMs { get; init; } // the time of the next one
    private ImmutableList<VoiceFrame> Waiting { get; init; } = [];

    /// <summary>A frame came. <c>Ready</c>: frames that are in order now.</summary>
    public (FrameOrder Next, ImmutableArray<OrderedFrame> Ready) Add(VoiceFrame frame)
    {
        // Without numbers the order is that of arrival.
        if (frame.Chunk is not { } chunk) return (this, [new OrderedFrame(0, frame.Sound)]);
        if (!HasBegun || (Waiting.IsEmpty && Follows(frame, chunk))) return Pass(frame, chunk, lost: 0);
        var at = Place(chunk);
        if (chunk <= Chunk || (at >= 0 && Waiting[at].Chunk == chunk)) return (this with { Dropped = Dropped + 1 }, []);
        return (this with { Waiting = Waiting.Insert(at < 0 ? Waiting.Count : at, frame) }).Release(MaxWaiting);
    }

    /// <summary>No more frames come: those that wait are passed on.</summary>
    public (FrameOrder Next, ImmutableArray<OrderedFrame> Ready) End() => Release(most: 0);

    private (FrameOrder Next, ImmutableArray<OrderedFrame> Ready) Release(int most)
    {
        var (order, ready) = (this, ImmutableArray<OrderedFrame>.Empty);
        while (order.Waiting is [{ Chunk: { } chunk } first, ..] && (order.Waiting.Count > most || order.Follows(first, chunk)))
        {
            var lost = order.Follows(first, chunk) ? 0 : order.Gap(first, chunk);
            (order, var passed) = (order with { Waiting = order.Waiting.RemoveAt(0) }).Pass(first, chunk, lost);
            ready = ready.AddRange(passed);
        }
        return (order, ready);
    }

    // Apart, as frames in order, which are nearly all, need no closure.
    private int Place(long chunk) => Waiting.FindIndex(waiting => waiting.Chunk >= chunk);

    private bool Follows(VoiceFrame frame, long chunk) =>
        chunk == Chunk + 1 || (chunk > Chunk && frame.AtMs <= DueMs + ToleranceMs && frame.AtMs >= DueMs - ToleranceMs);

    private long Gap(VoiceFrame frame, long chunk) => Math.Clamp(
        frame.AtMs - DueMs ?? Math.Min(chunk - Chunk - 1, MaxSilenceMs) * frame.LengthMs, 0, MaxSilenceMs);

    private (FrameOrder Next, ImmutableArray<OrderedFrame> Ready) Pass(VoiceFrame frame, long chunk, long lost) => (
        this with { HasBegun = true, Chunk = chunk, DueMs = frame.AtMs + frame.LengthMs, LostMs = LostMs + lost },
        [new OrderedFrame(lost, frame.Sound)]);
}
