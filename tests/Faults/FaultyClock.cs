namespace RealtimeAkka.Faults;

/// <summary>A clock that throws once, when code of the given type reads it for the n-th time: a fault in the middle of a message.</summary>
/// <param name="type">The type's name without namespace.</param>
/// <param name="time">The n-th read, from 1.</param>
public sealed class FaultyClock(string type, int time) : TimeProvider
{
    private int _asked;

    /// <summary>The clock has thrown.</summary>
    public bool HasFailed => Volatile.Read(ref _asked) >= time;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        if (!HasFailed && Environment.StackTrace.Contains($".{type}.", StringComparison.Ordinal)
            && Interlocked.Increment(ref _asked) == time)
        {
            throw new InvalidOperationException($"a fault of ours in {type}");
        }
        return System.GetTimestamp();
    }
}
