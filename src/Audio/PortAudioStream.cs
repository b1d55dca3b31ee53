using System.Diagnostics;
using PortAudioSharp;
using Stream = PortAudioSharp.Stream;

namespace RealtimeAkka.Audio;

/// <summary>
/// One stream in one direction: a full-duplex stream loses audio silently on some systems. Opening has a time limit and stopping
/// does not wait, since a frozen sound server never answers.
/// </summary>
internal sealed class PortAudioStream
{
    // A device opens within about 100 ms; a Bluetooth headset may take seconds.
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(5);
    private static int s_open;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _stream;
    private readonly StreamStatistics _figures;
    private int _stopped;

    private PortAudioStream(AudioDevice device, DeviceFormat format, bool input, TimeSpan block, TimeSpan latency, Stream.Callback callback,
        StreamStatistics figures)
    {
        var parameters = new StreamParameters
            { device = device.Index, channelCount = format.Channels, sampleFormat = SampleFormat.Int16,
            suggestedLatency = latency.TotalSeconds };
        _figures = figures;
        _stream = new Stream(input ? parameters : null, input ? null : parameters, format.Rate, (uint)(block.TotalSeconds * format.Rate),
            StreamFlags.ClipOff, Guarded(callback), new object());
        Interlocked.Increment(ref s_open);
        try
        {
            _stream.SetFinishedCallback(_ => _ended.TrySetResult());
            _stream.Start();
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Number of streams that are open or being closed.</summary>
    public static int Open => Volatile.Read(ref s_open);

    /// <summary>
    /// Opens and starts a stream in the first format that the device accepts. Throws <see cref="AudioDeviceException"/> if it accepts none,
    /// or does not answer.
    /// </summary>
    /// <param name="find">Returns the device; may throw <see cref="AudioDeviceException"/>.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="figures">Counts the callbacks.</param>
    /// <param name="callback">Creates the callback for a format; the callback must not wait, allocate or throw.</param>
    public static Task<PortAudioStream> OpenAsync(
        Func<AudioDevice> find, StreamOptions options, StreamStatistics figures, Func<DeviceFormat, Stream.Callback> callback) =>
        NativeCalls.RunAsync(
            () =>
            {
                var device = find();
                var formats = DeviceFormat.Choices(device, options.Input, options.OwnFormat);
                return DeviceFormat.FirstThatFits(
                    device, formats,
                    format => new PortAudioStream(
                        device, format, options.Input, options.Block, options.Latency, callback(format), figures));
            },
            OpenLimit,
            late => late.Stop());

    /// <summary>
    /// Completes when the stream has ended, stopped by us or by itself. Throws <see cref="AudioDeviceException"/> if the device or the
    /// sound
    /// server is frozen: a callback is due for every block, and none came for <paramref name="frozen"/>. <paramref name="look"/> runs at
    /// every check, at most 100 ms apart: it does what the callback has no time for.
    /// </summary>
    public async Task WatchAsync(TimeSpan frozen, TimeProvider clock, Action? look = null)
    {
        var every = TimeSpan.FromMilliseconds(Math.Min(100, frozen.TotalMilliseconds / 4));
        var (calls, since) = (-1L, clock.GetTimestamp());
        while (!_ended.Task.IsCompleted)
        {
            if (_figures.Calls != calls) (calls, since) = (_figures.Calls, clock.GetTimestamp());
            if (clock.GetElapsedTime(since) >= frozen) throw new AudioDeviceException("The device is frozen.");
            await Task.WhenAny(_ended.Task, Task.Delay(every, clock)).ConfigureAwait(false);
            look?.Invoke();
        }
    }

    /// <summary>Stops at once; does not wait.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0) return;
        _ended.TrySetResult();
        NativeCalls.Run(() =>
        {
            Quietly(_stream.Abort);
            Close();
            return true;
        });
    }

    private void Close()
    {
        Quietly(_stream.Dispose);
        Interlocked.Decrement(ref s_open);
    }

    // An exception that leaves a callback into native code ends the process.
    private Stream.Callback Guarded(Stream.Callback callback) => (input, output, frames, ref time, flags, user) =>
    {
        if (Volatile.Read(ref _stopped) != 0) return StreamCallbackResult.Abort; // it was frozen, and was stopped meanwhile
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var result = callback(input, output, frames, ref time, flags, user);
            _figures.Called(flags, Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread() - before);
            return result;
        }
        catch (Exception)
        {
            return StreamCallbackResult.Abort;
        }
    };

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (PortAudioException)
        {
            // It had ended by itself, or its server is gone: it is closed either way.
        }
    }
}

/// <summary>How a stream is opened.</summary>
/// <param name="Input">True for a microphone, false for a loudspeaker.</param>
/// <param name="Block">Audio per callback.</param>
/// <param name="Latency">Buffering requested from the device; more is safer, less is faster.</param>
/// <param name="OwnFormat">Use the device's own format, even if it accepts the internal one.</param>
internal sealed record StreamOptions(bool Input, TimeSpan Block, TimeSpan Latency, bool OwnFormat);
