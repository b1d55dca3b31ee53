namespace RealtimeAkka.Host.Audio;

/// <summary>
/// Bytes between one writer and one reader, the loudspeaker's callback, which may neither wait nor allocate. Where the
/// buffer is empty the reader gets silence.
/// </summary>
/// <param name="capacity">Bytes it holds.</param>
public sealed class PlaybackBuffer(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private long _written; // by the writer only
    private long _read;    // by the reader only
    private long _skipTo;  // by the writer only: the reader goes on from here

    /// <summary>Bytes that wait to be read.</summary>
    public int Waiting => (int)Math.Max(0, Volatile.Read(ref _written) - Math.Max(Volatile.Read(ref _read), Volatile.Read(ref _skipTo)));

    /// <summary>Writer: bytes there is room for now.</summary>
    public int Free => capacity - (int)(_written - Volatile.Read(ref _read));

    /// <summary>Writer: adds bytes, at most <see cref="Free"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Free);
        var at = (int)(_written % capacity);
        var first = Math.Min(bytes.Length, capacity - at);
        bytes[..first].CopyTo(_bytes.AsSpan(at));
        bytes[first..].CopyTo(_bytes);
        Volatile.Write(ref _written, _written + bytes.Length);
    }

    /// <summary>Writer: what waits is not to be read any more; tells how much that is.</summary>
    public int Discard()
    {
        var waiting = Waiting;
        Volatile.Write(ref _skipTo, _written);
        return waiting;
    }

    /// <summary>Reader: fills <paramref name="output"/>, with silence where there is not enough; tells how many bytes are no silence.</summary>
    public int Read(Span<byte> output)
    {
        var from = Math.Max(_read, Volatile.Read(ref _skipTo));
        var take = (int)Math.Min(output.Length, Volatile.Read(ref _written) - from);
        var at = (int)(from % capacity);
        var first = Math.Min(take, capacity - at);
        _bytes.AsSpan(at, first).CopyTo(output);
        _bytes.AsSpan(0, take - first).CopyTo(output[first..]);
        output[take..].Clear();
        Volatile.Write(ref _read, from + take);
        return take;
    }
}
