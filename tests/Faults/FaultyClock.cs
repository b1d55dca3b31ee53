namespace RealtimeAkka.Faults;

/// <summary>A clock that fails once, on the so-manyth time that the code of one type asks it: a fault of ours in the middle of a message.</summary>
/// <param name="type">The name of the type, without its namespace.</param>
/// <param name="time">From 1.</param>
public sealed class FaultyClock(string type, int time) : TimeProvider
{
    private int _asked;

    /// <summary>It has failed.</summary>
    public bool HasFailed => Volatile.Read(ref _asked) >= time;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        if (!HasFailed && Environment.StackTrace.Contains($".{type}.", StringComparison.Ordinal) && Interlocked.Increment(ref _asked) == time)
        {
            throw new InvalidOperationException($"a fault of ours in {type}");
        }
        return System.GetTimestamp();
    }
}
