using RealtimeAkka.Actors.Playback;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>
/// How much of the assistant's sound the client of a call has played, in bytes of the session's sound. An immutable value. Positions are on
/// one axis: sound that was discarded does not count.
/// </summary>
public interface IPlayout<TSelf> where TSelf : IPlayout<TSelf>
{
    /// <summary>Sound was taken that will be sent.</summary>
    TSelf Take(int bytes);

    /// <summary>Sound that was taken is sent now.</summary>
    TSelf Send(int bytes, TimeSpan now);

    /// <summary>Bytes played by now.</summary>
    long Played(TimeSpan now);

    /// <summary>Bytes taken and not played by now.</summary>
    long Waiting(TimeSpan now);

    /// <summary>Time until all that was taken is played; negative: the time since then.</summary>
    TimeSpan Left(TimeSpan now);

    /// <summary>What is not played is dropped, here and by the client. <c>Unheard</c>: bytes of it.</summary>
    (TSelf Next, long Unheard) Discard(TimeSpan now);
}

/// <summary>Plays the assistant's voice in a call from outside.</summary>
public interface ICallSpeaker : IDeviceSpeaker
{
    /// <summary>Gets what was heard, and when; null: nobody records it. Set before the first sound.</summary>
    Action<ReadOnlySpan<byte>, TimeSpan>? Record { get; set; }

    /// <summary>The client is gone, for this reason.</summary>
    void Close(string reason);
}
