using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>A live source: whatever the test says is heard at once, whether anybody is ready for it or not.</summary>
internal sealed class ScriptedMicrophone : ILiveSource
{
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _refusal;
    private FrameRing? _ring;
    private Action? _waiting;

    public bool IsListening => _ring is not null;

    public bool IsStopped { get; private set; }

    /// <summary>How often it was opened, or should have been.</summary>
    public int Openings { get; private set; }

    public Task ListenAsync(FrameRing ring, Action waiting)
    {
        Openings++;
        if (_refusal is not null) return Task.FromException(new IOException(_refusal));
        (_ring, _waiting) = (ring, waiting);
        return _ended.Task;
    }

    /// <summary>It cannot be opened any more.</summary>
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

    // It may be opened again.
    private TaskCompletionSource Over()
    {
        var over = _ended;
        _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return over;
    }
}
