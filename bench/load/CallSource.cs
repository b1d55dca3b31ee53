using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load;

/// <summary>Plays a file in an endless loop.</summary>
internal sealed class CallSource(string path) : IPullAudioSource, IDisposable
{
    private WavSource _file = WavSource.Open(path, SoundFormat.Pcm16);

    public ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        var reading = _file.ReadAsync(frame, cancellation);
        return reading.IsCompletedSuccessfully && reading.Result == frame.Length ? reading : BeginAgainAsync(reading, frame, cancellation);
    }

    public void Dispose() => _file.Dispose();

    private async ValueTask<int> BeginAgainAsync(ValueTask<int> reading, Memory<byte> frame, CancellationToken cancellation)
    {
        var read = await reading.ConfigureAwait(false);
        if (read == frame.Length) return read;
        _file.Dispose();
        _file = WavSource.Open(path, SoundFormat.Pcm16);
        return read + await _file.ReadAsync(frame[read..], cancellation).ConfigureAwait(false);
    }
}
