using System.Buffers;

namespace RealtimeAkka.Hosting.Net;

/// <summary>A buffer that is written, used once and returned to the array pool; between two uses it holds no array.</summary>
internal sealed class PooledBufferWriter : IBufferWriter<byte>
{
    private const int Min = 1024;

    private byte[] _bytes = [];
    private int _length;

    /// <summary>The bytes written since the last <see cref="Return"/>.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_bytes.Length - _length < Math.Max(sizeHint, 1)) Grow(Math.Max(sizeHint, Min));
        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Returns the array to the pool; memory from <see cref="Written"/> must not be used after that.</summary>
    public void Return()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }

    private void Grow(int room)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + room, _bytes.Length * 2));
        Written.Span.CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
