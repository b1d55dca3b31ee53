using PortAudioSharp;
using RealtimeAkka.Protocol;
using Stream = PortAudioSharp.Stream;

namespace RealtimeAkka.Host.Audio;

/// <summary>
/// One stream of PCM16 mono 24 kHz in one direction: never full-duplex, which drops sound without a word on some systems.
/// Stopping has a time limit, since a frozen sound server never answers.
/// </summary>
internal sealed class PortAudioStream
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _stream;
    private int _closed;

    private PortAudioStream(Stream stream) => _stream = stream;

    /// <summary>A sound server is frozen: what asks it for anything more would never return.</summary>
    public static bool AnyHangs { get; private set; }

    /// <summary>Completes when the stream has ended, by us or by itself.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Opens and starts a stream. Throws <see cref="SoundException"/> where the device does not want to.</summary>
    /// <param name="device">Which.</param>
    /// <param name="input">In or out.</param>
    /// <param name="block">Sound per callback.</param>
    /// <param name="latency">How much the device shall buffer; more is safer, less is faster.</param>
    /// <param name="callback">Must not wait, allocate or throw.</param>
    public static PortAudioStream Start(SoundDevice device, bool input, TimeSpan block, TimeSpan latency, Stream.Callback callback)
    {
        var parameters = new StreamParameters { device = device.Index, channelCount = 1, sampleFormat = SampleFormat.Int16, suggestedLatency = latency.TotalSeconds };
        Stream? stream = null;
        try
        {
            stream = new Stream(input ? parameters : null, input ? null : parameters, Pcm.SampleRate, (uint)(Pcm.Bytes(block) / Pcm.BytesPerSample), StreamFlags.ClipOff, Guarded(callback), new object());
            var started = new PortAudioStream(stream);
            stream.SetFinishedCallback(_ => started._ended.TrySetResult());
            stream.Start();
            return started;
        }
        catch (PortAudioException e)
        {
            if (stream is not null) Quietly(stream.Dispose);
            throw new SoundException($"{device.Name} cannot be used with 24 kHz mono: {e.Message.Split('\n')[0].TrimEnd('.')}. Choose another device (see devices).", e);
        }
    }

    // An exception that leaves a callback into native code ends the process.
    private static Stream.Callback Guarded(Stream.Callback callback) => (input, output, frames, ref time, flags, user) =>
    {
        try
        {
            return callback(input, output, frames, ref time, flags, user);
        }
        catch (Exception)
        {
            return StreamCallbackResult.Abort;
        }
    };

    /// <summary>Stops at once. False where that took too long; the stream is then left alone, for closing it could hang too.</summary>
    public bool Stop()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return true;
        var closing = Task.Run(() =>
        {
            Quietly(_stream.Abort);
            Quietly(_stream.Dispose);
        });
        var done = closing.Wait(StopLimit);
        _ended.TrySetResult();
        AnyHangs |= !done;
        return done;
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (PortAudioException)
        {
            // It had ended by itself, or its server is gone: closed is closed.
        }
    }
}
