using RealtimeAkka.Actors.Playback;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>A speaker that can be unplugged.</summary>
internal sealed class ScriptedDeviceSpeaker : IDeviceSpeaker
{
    private TaskCompletionSource _ended = new();
    private string? _refusal;

    /// <summary>The device that takes the audio.</summary>
    public ScriptedSpeaker Device { get; } = new();

    /// <summary>The fallback that takes the audio when the device is given up.</summary>
    public ScriptedSpeaker Nobody { get; } = new() { Latency = TimeSpan.Zero };

    public int Openings { get; private set; }

    public TimeSpan Latency => Device.Latency;

    public TimeSpan Left => Device.Left;

    public ISpeaker Fallback => Nobody;

    public Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation) => Device.WriteAsync(block, cancellation);

    public long Discard() => Device.Discard();

    public Task PlayAsync(Action playing)
    {
        Openings++;
        if (_refusal is not null) return Task.FromException(new IOException(_refusal));
        playing();
        return _ended.Task;
    }

    /// <summary>Loses the device; it can be opened again.</summary>
    public void Unplug(string reason)
    {
        var over = _ended;
        _ended = new TaskCompletionSource();
        over.SetException(new IOException(reason));
    }

    /// <summary>Makes every later opening fail.</summary>
    public void Refuse(string reason) => _refusal = reason;

    public void Verify()
    {
        Device.Verify();
        Nobody.Verify();
    }
}
