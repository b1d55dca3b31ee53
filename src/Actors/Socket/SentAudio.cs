using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// The audio sent on one connection, which is what the server's audio clock counts. A time that lies outside of it is not from that
/// clock (seconds since 1970, for example), and is replaced by the end of what was sent.
/// </summary>
/// <param name="minInterruption">See <see cref="ItemLoudness"/>.</param>
/// <param name="format">The format of the session.</param>
public sealed class SentAudio(TimeSpan minInterruption, SoundFormat format)
{
    // A server may count audio that we do not know to be sent yet, and may round.
    private const long ToleranceMs = 1000;

    private long _bytes;

    private long Ms => format.Milliseconds(_bytes);

    /// <summary>How loud its items are.</summary>
    public ItemLoudness Loudness { get; } = new(minInterruption, format);

    /// <summary>Adds audio that was sent.</summary>
    /// <returns>The item that has been spoken long enough to interrupt the assistant, once; null: none has by this.</returns>
    public ConnectionFacts.Spoken? Add(ReadOnlySpan<byte> audio)
    {
        _bytes += audio.Length;
        return Loudness.Add(audio);
    }

    /// <summary>The event with times on the audio clock; the same instance if it has no impossible time.</summary>
    public ServerEvent Correct(ServerEvent e) => e switch
    {
        SpeechStarted s when IsOutside(s.AudioStartMs) => s with { AudioStartMs = Ms, IsEstimated = true },
        SpeechStopped s when IsOutside(s.AudioEndMs) => s with { AudioEndMs = Ms, IsEstimated = true },
        InputTimedOut i when IsOutside(i.AudioStartMs) || IsOutside(i.AudioEndMs)
            => i with { AudioStartMs = Ms, AudioEndMs = Ms, IsEstimated = true },
        _ => e,
    };

    private bool IsOutside(long ms) => ms < 0 || ms > Ms + ToleranceMs;
}
