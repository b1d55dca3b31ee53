using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>
/// A microphone that plays a call faster than real time, with a talk key that ends its turns. It may be lost once,
/// between two frames, and return or not.
/// </summary>
/// <param name="pcm">The audio, followed by silence.</param>
/// <param name="turnsEndAtMs">Times of key presses; after the last one the key is unavailable.</param>
/// <param name="goesAtMs">Time of the loss; null for none.</param>
/// <param name="comesBack">Whether it can be opened again.</param>
internal sealed class LiveVoice(byte[] pcm, IReadOnlyList<int> turnsEndAtMs, int? goesAtMs = null, bool comesBack = true)
    : ILiveAudioSource, IPushToTalkKey
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(2);

    private readonly Queue<int> _presses = new(turnsEndAtMs);
    private TaskCompletionSource<bool> _pressed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _at;
    private bool _gone;
    private volatile bool _stopped;

    /// <inheritdoc/>
    public async Task ListenAsync(FrameRing ring, Action waiting)
    {
        await Task.Yield(); // like a device, which has its own threads
        if (_gone && !comesBack) throw new IOException("There is no microphone.");
        var frame = new byte[Pcm.Bytes(Frame)];
        for (; !_stopped; _at += frame.Length)
        {
            if (!_gone && Pcm.Milliseconds(_at) >= goesAtMs)
            {
                _gone = true;
                return;
            }
            frame.AsSpan().Clear();
            pcm.AsSpan(Math.Min(_at, pcm.Length), Math.Clamp(pcm.Length - _at, 0, frame.Length)).CopyTo(frame);
            if (ring.Write(frame)) waiting();
            if (_presses.TryPeek(out var press) && Pcm.Milliseconds(_at) >= press)
            {
                _presses.Dequeue();
                Volatile.Read(ref _pressed).TrySetResult(true);
            }
            await Task.Delay(Between).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<bool> PressedAsync()
    {
        if (Volatile.Read(ref _pressed) is { Task.IsCompleted: true })
            Volatile.Write(ref _pressed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _presses.Count == 0 ? Task.FromResult(false) : _pressed.Task;
    }

    /// <inheritdoc/>
    public void Stop() => _stopped = true;
}
