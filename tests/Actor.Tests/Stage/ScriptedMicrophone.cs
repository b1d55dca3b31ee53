using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>A live source: frames of the test go into the ring immediately, whether or not the reader is ready.</summary>
internal sealed class ScriptedMicrophone : IDeviceSource
{
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _refusal;
    private FrameRing? _ring;
    private Action? _waiting;

    public bool IsListening => _ring is not null;

    public bool IsStopped { get; private set; }

    /// <summary>Number of opening attempts.</summary>
    public int Openings { get; private set; }

    public Task ListenAsync(FrameRing ring, Action waiting)
    {
        Openings++;
        if (_refusal is not null) return Task.FromException(new IOException(_refusal));
        (_ring, _waiting) = (ring, waiting);
        return _ended.Task;
    }

    public string? DeviceName { get; private set; }

    public Task ListenNextAsync(FrameRing ring, Action waiting)
    {
        DeviceName = $"device {Openings + 1}";
        var before = Over();
        var listening = ListenAsync(ring, waiting);
        before.SetResult(); // the end of the device that was closed comes later
        return listening;
    }

    /// <summary>Makes every later opening fail.</summary>
    public void Refuse(string reason) => _refusal = reason;

    public void Hear(params byte[][] frames)
    {
        foreach (var frame in frames)
        {
            if (_ring!.Write(frame)) _waiting!();
        }
    }

    public void Fail(string reason) => Over().SetException(new IOException(reason));

    public void Vanish() => Over().SetResult();

    public void Stop() => IsStopped = true;

    // The source may be opened again.
    private TaskCompletionSource Over()
    {
        var over = _ended;
        _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return over;
    }
}
