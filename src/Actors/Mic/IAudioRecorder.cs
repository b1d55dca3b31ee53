namespace RealtimeAkka.Actors.Mic;

/// <summary>Records audio; never blocks its caller.</summary>
public interface IAudioRecorder
{
    /// <summary>The session is open: the recording starts at this time.</summary>
    void Begin(TimeSpan now);

    /// <summary>
    /// Records audio sent; it is valid only during the call. <paramref name="at"/>: when it was said; null: right after the audio sent
    /// before. <paramref name="place"/>: its position on the session's audio clock, in bytes; replayed audio is not recorded again.
    /// </summary>
    void Sent(ReadOnlyMemory<byte> sound, TimeSpan? at, long place);
}
