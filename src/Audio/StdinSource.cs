using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>
/// Audio from a pipe: a WAV file if it begins as one, else raw PCM16 mono 24 kHz. A read completes with a whole frame, or at the end.
/// </summary>
/// <param name="stream">The pipe.</param>
/// <param name="session">The format of the session, into which the audio is converted.</param>
public sealed class StdinSource(Stream stream, SoundFormat session) : IPullAudioSource
{
    // The beginnings of files that would be noise if they were taken for samples.
    private static readonly (byte[] Magic, string Name)[] Others =
    [
        ([.. "OggS"u8], "Ogg"), ([.. "fLaC"u8], "FLAC"), ([.. "ID3"u8], "MP3"), ([.. "FORM"u8], "AIFF"), ([.. "RIFX"u8], "big-endian WAV"),
        ([0x1A, 0x45, 0xDF, 0xA3], "Matroska"), ([.. "caff"u8], "CAF"), ([.. "#!AMR"u8], "AMR"),
    ];

    private IPullAudioSource? _inner;

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        _inner ??= await OpenAsync(cancellation).ConfigureAwait(false);
        return await _inner.ReadAsync(frame, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<IPullAudioSource> OpenAsync(CancellationToken cancellation)
    {
        var magic = new byte[WavFormat.MagicBytes];
        var length = await stream.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (WavFormat.IsWav(magic)) return WavSource.FromPipe(stream, session);
        foreach (var (other, name) in Others)
        {
            if (magic.AsSpan().StartsWith(other))
                throw new InvalidDataException($"stdin is a file in the format {name}; it must be WAV, or raw PCM16 mono 24 kHz");
        }
        return WavSource.FromRaw(stream, magic.AsMemory(0, length), session);
    }
}
