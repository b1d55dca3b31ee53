namespace RealtimeAkka.Host.Sinks;

/// <summary>
/// A private file of lines, each written whole. One that fails, as on a full disk, may leave a part behind; the next is written over
/// it, so that a reader finds a torn line at most at the end.
/// </summary>
public sealed class LineFile(string path) : IDisposable
{
    private readonly FileStream _file = PrivateFiles.Create(path, FileMode.Create);
    private long _length; // bytes of whole lines

    /// <summary>Writes a line with its end. Throws <see cref="IOException"/> where there is no room for it.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, line, _length);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // That is how the runtime says EFBIG.
            throw new IOException("The file may not grow any more.", e);
        }
        _length += line.Length;
    }

    /// <summary>Returns when all that was written is on the disk itself.</summary>
    public void FlushToDisk() => RandomAccess.FlushToDisk(_file.SafeFileHandle);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
