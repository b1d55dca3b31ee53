using System.Diagnostics;

namespace RealtimeAkka.TestSupport;

/// <summary>Records a virtual device until disposed: PCM16 mono 24 kHz, silence included.</summary>
internal sealed class SoundRecording : IAsyncDisposable
{
    // 200 ms: more than the server buffers of what it has already played.
    private const int OnItsWay = 200 * 48;

    private readonly Process _recorder;
    private readonly Lock _lock = new();
    private readonly MemoryStream _heard = new();
    private readonly Task _reading;
    private TaskCompletionSource _more = New();
    private volatile bool _ended;
    private long _startedAt = long.MaxValue;

    private SoundRecording(Process recorder)
    {
        _recorder = recorder;
        _ = recorder.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Completes with the first sample: everything played from then on is recorded.</summary>
    public static async Task<SoundRecording> StartAsync(ProcessStartInfo recorder)
    {
        var recording = new SoundRecording(Process.Start(recorder)!);
        await recording.UntilAsync(heard => heard.Length > 0);
        return recording;
    }

    /// <summary>
    /// When the first sample was recorded, on the clock of <see cref="Stopwatch"/>: the minimum over all reads, because each read adds a
    /// varying delay. The minimum delay is the same for all recordings and cancels in differences.
    /// </summary>
    public TimeSpan StartedAt
    {
        get { lock (_lock) return Stopwatch.GetElapsedTime(0, _startedAt); }
    }

    /// <summary>Bytes recorded so far; whole samples.</summary>
    public int Length
    {
        get { lock (_lock) return (int)_heard.Length & ~1; }
    }

    /// <summary>Returns the bytes recorded since <paramref name="from"/> as soon as <paramref name="isEnough"/> accepts them.</summary>
    public async Task<byte[]> UntilAsync(Func<byte[], bool> isEnough, int from = 0)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var (heard, more, ended) = Now(from);
            if (isEnough(heard)) return heard;
            var left = HostProcess.Limit - Stopwatch.GetElapsedTime(started);
            if (ended || left <= TimeSpan.Zero)
                throw new TimeoutException(
                    $"{heard.Length / 48} ms were recorded{(ended ? " until the sound server went away" : "")}, but not what was waited for.");
            await Task.WhenAny(more, Task.Delay(left));
        }
    }

    /// <summary>Completes <paramref name="ms"/> of audio after the first sample that is not silence, later pauses included.</summary>
    public Task UntilSoundAsync(int ms) =>
        UntilAsync(heard => heard.AsSpan().IndexOfAnyExcept((byte)0) is >= 0 and var first && heard.Length >= first + ms * 48);

    /// <summary>Ends the recording once it holds everything played before the call.</summary>
    public async Task<byte[]> StopAsync()
    {
        await UntilAsync(heard => heard.Length >= OnItsWay || _ended, from: Length);
        await EndAsync();
        return Now(0).Heard;
    }

    /// <summary>Returns the whole recording once the end of its sound server has ended it.</summary>
    public async Task<byte[]> ToEndAsync()
    {
        await _reading.WaitAsync(HostProcess.Limit);
        return Now(0).Heard;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _recorder.Dispose();
    }

    private async Task EndAsync()
    {
        if (!_recorder.HasExited) _recorder.Kill();
        await _reading;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Returns whole samples only.
    private (byte[] Heard, Task More, bool Ended) Now(int from)
    {
        lock (_lock) return (_heard.GetBuffer().AsSpan(from, ((int)_heard.Length & ~1) - from).ToArray(), _more.Task, _ended);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[4096];
        int read;
        do
        {
            read = await _recorder.StandardOutput.BaseStream.ReadAsync(buffer);
            lock (_lock)
            {
                _heard.Write(buffer, 0, read);
                if (read > 0)
                    _startedAt = Math.Min(_startedAt, Stopwatch.GetTimestamp() - _heard.Length / 2 * Stopwatch.Frequency / 24_000);
                _ended = read == 0;
                _more.SetResult();
                _more = New();
            }
        }
        while (read > 0);
    }
}
