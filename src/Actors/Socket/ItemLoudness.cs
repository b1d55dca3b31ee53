using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// Measures how loud each item was, between the begin and the end of speech that the server reports. It belongs to one connection:
/// the server's audio clock counts what was sent on it.
/// </summary>
/// <param name="minInterruption">How long a sound must be, as far as it is loud, to interrupt the assistant; zero: any does.</param>
/// <param name="format">The format of the session.</param>
public sealed class ItemLoudness(TimeSpan minInterruption, SoundFormat format)
{
    private const int Capacity = 256; // items whose end is not reported; further ones are not measured

    private readonly SpeechLevel _level = new(format);
    private readonly Dictionary<ItemId, Item> _speaking = [];

    /// <summary>Adds audio that was sent.</summary>
    /// <returns>The item that has been spoken long enough to interrupt the assistant, once; null: none has by this.</returns>
    public ConnectionFacts.Spoken? Add(ReadOnlySpan<byte> audio)
    {
        _level.Add(audio);
        if (minInterruption == TimeSpan.Zero || _speaking.Count == 0) return null;
        foreach (var (id, item) in _speaking)
        {
            if (item.IsSpoken || _level.LoudMs(item.FromMs) < minInterruption.TotalMilliseconds) continue;
            _speaking[id] = item with { IsSpoken = true };
            return new(id);
        }
        return null;
    }

    /// <summary>The loudness of the item whose speech ends with this event; null if none ends, or its audio is no longer known.</summary>
    public ConnectionFacts.Loudness? Measure(ServerEvent e)
    {
        switch (e)
        {
            case SpeechStarted started when _speaking.Count < Capacity:
                _speaking[started.ItemId] = new(started.AudioStartMs, IsSpoken: false);
                return null;
            case SpeechStopped stopped when _speaking.Remove(stopped.ItemId, out var item):
                return _level.Loudest(item.FromMs, stopped.AudioEndMs) is { } loudest ? new(stopped.ItemId, loudest) : null;
            default:
                return null;
        }
    }

    // FromMs: the begin of speech; IsSpoken: it was reported as long enough.
    private readonly record struct Item(long FromMs, bool IsSpoken);
}
