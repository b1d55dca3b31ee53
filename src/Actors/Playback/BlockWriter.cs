namespace RealtimeAkka.Actors.Playback;

/// <summary>A block for the speaker.</summary>
/// <param name="Number">Counted from 1: no block is handed to the speaker twice.</param>
/// <param name="Sound">Valid until the speaker has taken it.</param>
/// <param name="IsWithdrawn">It is not to be heard.</param>
public readonly record struct PlaybackBlock(long Number, ReadOnlyMemory<byte> Sound, bool IsWithdrawn = false);

/// <summary>
/// Hands blocks to a speaker, one at a time, and each once however often it is asked to. What it has done cannot be undone: a step that is
/// repeated finds the write that it has started.
/// </summary>
/// <param name="awaitEnd">Called once for each write that does not complete at once.</param>
public sealed class BlockWriter(Action<Task<bool>> awaitEnd)
{
    private CancellationTokenSource _cancellation = new();
    private (long Number, Task<bool> Taken) _write;
    private long _awaited; // number of the last block whose end is awaited
    private long _discarded;

    /// <summary>
    /// The write of this block, which the first call starts; a withdrawn block is cancelled. Every exception is returned in the task, also
    /// one thrown synchronously.
    /// </summary>
    public Task<bool> Write(ISpeaker speaker, PlaybackBlock block)
    {
        var isNew = _write.Number != block.Number;
        if (isNew && _cancellation.IsCancellationRequested) _cancellation = new CancellationTokenSource();
        if (block.IsWithdrawn) _cancellation.Cancel();
        if (isNew) _write = (block.Number, Start(speaker, block.Sound, _cancellation.Token));
        if (_write.Taken.IsCompleted || _awaited == block.Number) return _write.Taken;
        awaitEnd(_write.Taken);
        _awaited = block.Number;
        return _write.Taken;
    }

    /// <summary>Silences the speaker; returns the bytes discarded so far, in total.</summary>
    public long Discard(ISpeaker speaker)
    {
        _discarded += speaker.Discard();
        return _discarded;
    }

    /// <summary>Cancels the write under way.</summary>
    public void Cancel() => _cancellation.Cancel();

    private static Task<bool> Start(ISpeaker speaker, ReadOnlyMemory<byte> sound, CancellationToken cancellation)
    {
        try
        {
            return speaker.WriteAsync(sound, cancellation);
        }
        catch (Exception e)
        {
            return Task.FromException<bool>(e);
        }
    }
}
