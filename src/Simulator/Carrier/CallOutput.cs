namespace RealtimeAkka.Simulator.Carrier;

/// <summary>What a carrier plays to the caller: sound in order, and between it the marks that are sent back once it was played.</summary>
public sealed class CallOutput
{
    private readonly LinkedList<(byte[]? Sound, string? Mark)> _queue = new();
    private readonly List<byte> _heard = [];
    private readonly List<(DateTimeOffset At, long HeardMs, int DroppedMs)> _clears = [];
    private int _offset; // played of the first sound

    /// <summary>The sound that was played, without the silence around it.</summary>
    public IReadOnlyList<byte> Heard => _heard;

    /// <summary>The same in ms.</summary>
    public long HeardMs => _heard.Count / 8;

    /// <summary>Sound that came, in ms.</summary>
    public long ReceivedMs { get; private set; }

    /// <summary>Marks that came.</summary>
    public int Marks { get; private set; }

    /// <summary>Each clear: when it came, what was heard by then, and what it dropped.</summary>
    public IReadOnlyList<(DateTimeOffset At, long HeardMs, int DroppedMs)> Clears => _clears;

    /// <summary>Sound waits to be played, or a mark to be sent back.</summary>
    public bool IsSounding => _queue.Count > 0 || Returned < Marks;

    /// <summary>Marks that were sent back.</summary>
    public int Returned { get; internal set; }

    internal void Add(byte[] sound)
    {
        ReceivedMs += sound.Length / 8;
        if (sound.Length > 0) _queue.AddLast((sound, null));
    }

    // A mark behind nothing has nothing to wait for.
    internal IReadOnlyList<string> Mark(string name)
    {
        Marks++;
        if (_queue.Count == 0) return [name];
        _queue.AddLast((null, name));
        return [];
    }

    /// <summary>Plays a frame. <c>Marks</c>: those whose sound was played.</summary>
    internal (byte[]? Sound, IReadOnlyList<string> Marks) Play()
    {
        List<string> marks = [];
        var (played, filled) = (new byte[CarrierCall.FrameBytes], 0);
        Array.Fill(played, (byte)0xFF);
        while (_queue.First is { Value: var (sound, mark) })
        {
            if (mark is not null) marks.Add(mark);
            else if (filled == played.Length) break;
            else
            {
                var count = Math.Min(played.Length - filled, sound!.Length - _offset);
                sound.AsSpan(_offset, count).CopyTo(played.AsSpan(filled));
                _heard.AddRange(sound.AsSpan(_offset, count));
                (filled, _offset) = (filled + count, _offset + count);
                if (_offset < sound.Length) break;
                _offset = 0;
            }
            _queue.RemoveFirst();
        }
        return (filled > 0 ? played : null, marks);
    }

    // Drops the sound, and sends every mark back.
    internal IReadOnlyList<string> Clear(DateTimeOffset at)
    {
        var dropped = _queue.Sum(entry => entry.Sound?.Length ?? 0) - _offset;
        _clears.Add((at, HeardMs, dropped / 8));
        List<string> marks = [.. _queue.Select(entry => entry.Mark).OfType<string>()];
        _queue.Clear();
        _offset = 0;
        return marks;
    }
}
