using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>Raw PCM16 mono 24 kHz from a pipe; a read completes with a whole frame, or at the end.</summary>
public sealed class StdinSource(Stream stream) : IPullAudioSource
{
    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation) =>
        Pcm.WholeSamples(await stream.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false));
}
