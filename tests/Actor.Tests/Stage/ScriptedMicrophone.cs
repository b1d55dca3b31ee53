using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>A live source: whatever the test says is heard at once, whether anybody is ready for it or not.</summary>
internal sealed class ScriptedMicrophone : ILiveSource
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameRing? _ring;
    private Action? _waiting;

    public bool IsListening => _ring is not null;

    public bool IsStopped { get; private set; }

    public Task ListenAsync(FrameRing ring, Action waiting)
    {
        (_ring, _waiting) = (ring, waiting);
        return _ended.Task;
    }

    public void Hear(params byte[][] frames)
    {
        foreach (var frame in frames)
        {
            if (_ring!.Write(frame)) _waiting!();
        }
    }

    public void Fail(string reason) => _ended.SetException(new IOException(reason));

    public void Vanish() => _ended.SetResult();

    public void Stop() => IsStopped = true;
}
