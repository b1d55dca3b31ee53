namespace RealtimeAkka.Hosting.Store;

/// <summary>
/// The whole lines of a file that somebody may still write, from a position on. What follows the last line break is left for later, since
/// it may be half a line.
/// </summary>
/// <param name="file">The file, at <paramref name="position"/>.</param>
/// <param name="position">Where a line begins, in bytes.</param>
/// <param name="max">A longer line is passed over.</param>
internal sealed class GrowingLines(Stream file, long position, int max)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start, _end; // what was read and not returned
    private long _dropped; // bytes of a line that is too long

    /// <summary>Where the next line begins.</summary>
    public long Position { get; private set; } = position;

    /// <summary>The next line without its end, valid until the one after it; null: it is too long. False: there is no whole line.</summary>
    public bool TryRead(out ReadOnlyMemory<byte>? line)
    {
        for (var searched = _start; ;)
        {
            if (_buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n') is >= 0 and var found)
            {
                var length = searched + found - _start;
                // Without its type null would be an empty line.
                line = _dropped + length > max ? (ReadOnlyMemory<byte>?)null : _buffer.AsMemory(_start, length);
                Position += _dropped + length + 1;
                (_start, _dropped) = (_start + length + 1, 0);
                return true;
            }
            searched = Keep();
            var read = file.Read(_buffer, _end, _buffer.Length - _end);
            line = null;
            if (read == 0) return false;
            _end += read;
        }
    }

    // Makes room behind what is kept; returns where it ends.
    private int Keep()
    {
        if (_end - _start > max || _dropped > 0) (_dropped, _start, _end) = (_dropped + _end - _start, 0, 0);
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
        return _end;
    }
}
