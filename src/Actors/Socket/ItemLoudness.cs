using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// Measures how loud each item was, between the begin and the end of speech that the server reports. It belongs to one connection:
/// the server's audio clock counts what was sent on it.
/// </summary>
public sealed class ItemLoudness
{
    private const int Capacity = 256; // items whose end is not reported; further ones are not measured

    private readonly SpeechLevel _level = new();
    private readonly Dictionary<ItemId, long> _speaking = []; // begin of speech in ms

    /// <summary>Adds audio that was sent.</summary>
    public void Add(ReadOnlySpan<byte> audio) => _level.Add(audio);

    /// <summary>The loudness of the item whose speech ends with this event; null if none ends, or its audio is no longer known.</summary>
    public ConnectionFacts.Loudness? Measure(ServerEvent e)
    {
        switch (e)
        {
            case SpeechStarted started when _speaking.Count < Capacity:
                _speaking[started.ItemId] = started.AudioStartMs;
                return null;
            case SpeechStopped stopped when _speaking.Remove(stopped.ItemId, out var from):
                return _level.Loudest(from, stopped.AudioEndMs) is { } loudest ? new(stopped.ItemId, loudest) : null;
            default:
                return null;
        }
    }
}
