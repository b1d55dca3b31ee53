using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>A recorded greeting.</summary>
internal static class GreetingFile
{
    /// <summary>How long it may be.</summary>
    public const int MaxSeconds = 60;

    /// <summary>
    /// Reads it in this format. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be read,
    /// <see cref="InvalidDataException"/> if it is no WAV file, empty or too long.
    /// </summary>
    public static ReadOnlyMemory<byte> Read(string path, SoundFormat format)
    {
        using var source = WavSource.Open(path, format);
        var sound = new byte[format.Bytes(TimeSpan.FromSeconds(MaxSeconds)) + format.BytesPerSample];
        var length = 0;
        // A file is read at once.
        while (source.ReadAsync(sound.AsMemory(length), CancellationToken.None).AsTask().GetAwaiter().GetResult() is > 0 and var read)
            length += read;
        if (length == 0) throw new InvalidDataException("it has no sound");
        if (length == sound.Length) throw new InvalidDataException("it is too long");
        return sound.AsMemory(0, length).ToArray();
    }
}
