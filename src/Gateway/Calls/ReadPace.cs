using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>
/// How fast the client of a call is read: at most at twice the pace of a voice, so that sound held up by the network catches up without
/// loss, and neither a flood of messages nor a file costs more than a voice. Who sends faster waits in TCP's buffers.
/// </summary>
public readonly record struct ReadPace
{
    private const double Rate = 2;

    // What may be read at once: less than the microphone station's ring holds.
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(500);

    // A message costs at least this, whatever is in it: 400 messages a second.
    private static readonly TimeSpan PerMessage = TimeSpan.FromMilliseconds(5);

    private TimeSpan Used { get; init; }
    private TimeSpan At { get; init; }

    /// <summary>A message with so many bytes of sound was read. <c>Wait</c>: time until the next one is to be read.</summary>
    public (ReadPace Next, TimeSpan Wait) Read(int soundBytes, TimeSpan now)
    {
        var length = Pcm.Duration(soundBytes);
        var left = Used - (now - At) * Rate;
        var used = (left > TimeSpan.Zero ? left : TimeSpan.Zero) + (length > PerMessage ? length : PerMessage);
        var wait = used > Burst ? (used - Burst) / Rate : TimeSpan.Zero;
        return (this with { Used = used, At = now }, wait);
    }
}
