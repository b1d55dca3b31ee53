namespace RealtimeAkka.Hosting.Sinks;

/// <summary>A line without its end, valid until the next one is read.</summary>
/// <param name="Bytes">The line; of one that is too long one byte more than allowed, by which it is recognized.</param>
/// <param name="IsEnded">It is whole; else it is too long, or the last one and without a line break.</param>
public readonly record struct ByteLine(ReadOnlyMemory<byte> Bytes, bool IsEnded);

/// <summary>Reads a file of lines that may be of any length and that anyone may have changed.</summary>
public static class ByteLines
{
    /// <summary>Every line, in order. One of more than <paramref name="max"/> bytes is given as soon as that is known.</summary>
    public static IEnumerable<ByteLine> Read(Stream stream, int max)
    {
        var buffer = new byte[64 * 1024];
        using var line = new MemoryStream();
        var isPassedOver = false; // the rest of a line that is too long
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            for (var from = 0; from < read;)
            {
                var end = Array.IndexOf(buffer, (byte)'\n', from, read - from);
                var (isEnded, to) = (end >= 0, end >= 0 ? end : read);
                if (!isPassedOver)
                {
                    line.Write(buffer.AsSpan(from, (int)Math.Min(to - from, max + 1 - line.Length)));
                    if (isEnded || line.Length > max) yield return Take(line, isEnded && line.Length <= max);
                    isPassedOver = !isEnded && line.Length > max;
                }
                if (isEnded) isPassedOver = false;
                if (isEnded || isPassedOver) line.SetLength(0);
                from = to + 1;
            }
        }
        if (line.Length > 0) yield return Take(line, isEnded: false);
    }

    private static ByteLine Take(MemoryStream line, bool isEnded) => new(line.GetBuffer().AsMemory(0, (int)line.Length), isEnded);
}
