namespace RealtimeAkka.Audio;

/// <summary>
/// A ring of bytes between one writer and one reader, the loudspeaker's callback, which may neither wait nor allocate. An empty
/// buffer reads as silence.
/// </summary>
/// <param name="capacity">Bytes it holds.</param>
/// <param name="silence">The byte of which silence consists.</param>
public sealed class PlaybackBuffer(int capacity, byte silence)
{
    private readonly byte[] _bytes = new byte[capacity];
    private long _written; // written by the writer only
    private long _read;    // written by the reader only
    private long _skipTo;  // written by the writer only: the reader continues here

    /// <summary>Bytes that wait to be read.</summary>
    public int Waiting => (int)Math.Max(0, Volatile.Read(ref _written) - Math.Max(Volatile.Read(ref _read), Volatile.Read(ref _skipTo)));

    /// <summary>Writer: free bytes.</summary>
    public int Free => capacity - (int)(_written - Volatile.Read(ref _read));

    /// <summary>Writer: adds bytes; throws if they are more than <see cref="Free"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Free);
        var at = (int)(_written % capacity);
        var first = Math.Min(bytes.Length, capacity - at);
        bytes[..first].CopyTo(_bytes.AsSpan(at));
        bytes[first..].CopyTo(_bytes);
        Volatile.Write(ref _written, _written + bytes.Length);
    }

    /// <summary>Writer: drops what waits; returns the number of bytes dropped.</summary>
    public int Discard()
    {
        var waiting = Waiting;
        Volatile.Write(ref _skipTo, _written);
        return waiting;
    }

    /// <summary>Reader: fills <paramref name="output"/>, padded with silence; returns the number of bytes before the padding.</summary>
    public int Read(Span<byte> output)
    {
        var from = Math.Max(_read, Volatile.Read(ref _skipTo));
        var take = (int)Math.Min(output.Length, Volatile.Read(ref _written) - from);
        var at = (int)(from % capacity);
        var first = Math.Min(take, capacity - at);
        _bytes.AsSpan(at, first).CopyTo(output);
        _bytes.AsSpan(0, take - first).CopyTo(output[first..]);
        output[take..].Fill(silence);
        Volatile.Write(ref _read, from + take);
        return take;
    }
}
