using System.Diagnostics;

namespace Akka.Actor.Internal;

/// <summary>How often one child was restarted.</summary>
public sealed class ChildRestartStats
{
    private long _windowStart;

    internal ChildRestartStats(IInternalActorRef child) => Child = child;

    public IInternalActorRef Child { get; }
    public uint MaxNrOfRetriesCount { get; private set; }
    public long Uid => Child.Path.Uid;
    internal bool IsDying { get; set; }

    /// <summary>Without a window failures count for ever. The window opens at the first failure and does not slide.</summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
            return false;
        if (withinTimeMilliseconds > 0)
            return AllowedInWindow(maxNrOfRetries > 0 ? maxNrOfRetries : 1, TimeSpan.FromMilliseconds(withinTimeMilliseconds));
        return maxNrOfRetries < 0 || ++MaxNrOfRetriesCount <= maxNrOfRetries;
    }

    private bool AllowedInWindow(int retries, TimeSpan window)
    {
        if (_windowStart == 0)
            _windowStart = Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(_windowStart) <= window)
            return ++MaxNrOfRetriesCount <= retries;
        _windowStart = Stopwatch.GetTimestamp();
        MaxNrOfRetriesCount = 1;
        return true;
    }
}
