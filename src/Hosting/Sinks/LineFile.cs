using RealtimeAkka.Protocol.Records;
namespace RealtimeAkka.Hosting.Sinks;

/// <summary>
/// A private file of lines, each written whole. A failed write, as on a full disk, may leave a partial line, which the next write
/// overwrites: a reader finds a torn line at most at the end.
/// </summary>
public sealed class LineFile(string path) : IDisposable
{
    private readonly FileStream _file = PrivateFiles.Create(path, FileMode.Create);
    private long _length; // bytes of whole lines

    /// <summary>Writes a line with its line break. Throws <see cref="IOException"/> if there is no room for it.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        PrivateFiles.Write(_file, line, _length);
        _length += line.Length;
    }

    /// <summary>Returns when everything written is on the disk.</summary>
    public void FlushToDisk() => RandomAccess.FlushToDisk(_file.SafeFileHandle);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
