using System.Collections.Immutable;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>What limits the calls of a process: how many at once, and how many may start per second.</summary>
public sealed record CallLimits(int MaxCalls, int StartsPerSecond)
{
    /// <summary>No limit, for a process with one call.</summary>
    public static CallLimits None { get; } = new(int.MaxValue, int.MaxValue);
}

/// <summary>Why a call is not admitted.</summary>
public enum CallRefusal
{
    /// <summary>As many calls as may be at once are there.</summary>
    Full,
    /// <summary>Too many calls have started within a second.</summary>
    TooFast,
    /// <summary>The process is about to end: it takes no new call.</summary>
    Draining,
    /// <summary>A call of this id is there already.</summary>
    Exists,
    /// <summary>As many calls of this tenant as may be at once are there, on all nodes together.</summary>
    TenantFull,
    /// <summary>The tenant's budget is spent or leased.</summary>
    TenantSpent,
    /// <summary>Nobody answers for the tenant, so that its limits cannot be kept.</summary>
    TenantUnreachable,
}

/// <summary>
/// Which calls there are, and whether another one is admitted. An admitted call has its place until it leaves, also before it starts.
/// Starts are limited by a bucket that holds as many as may start in a second.
/// </summary>
public sealed record CallAdmission(CallLimits Limits)
{
    private ImmutableHashSet<SessionId> Calls { get; init; } = [];
    private double Starts { get; init; } = Limits.StartsPerSecond;
    private TimeSpan At { get; init; }

    /// <summary>No call is admitted any more.</summary>
    public bool IsDraining { get; private init; }

    /// <summary>The number of calls.</summary>
    public int Count => Calls.Count;

    /// <summary>Whether there is a place for another call.</summary>
    public bool IsOpen => !IsDraining && Count < Limits.MaxCalls;

    /// <summary>No call is left of a process that is about to end.</summary>
    public bool IsDrained => IsDraining && Count == 0;

    /// <summary>Whether this call is admitted.</summary>
    public bool Has(SessionId call) => Calls.Contains(call);

    /// <summary>Admits a call; <c>Refusal</c> says why not, null if it is admitted.</summary>
    public (CallAdmission Next, CallRefusal? Refusal) Admit(SessionId call, TimeSpan now)
    {
        var starts = Math.Min(Limits.StartsPerSecond, Starts + Math.Max(0, (now - At).TotalSeconds) * Limits.StartsPerSecond);
        CallRefusal? refusal = IsDraining ? CallRefusal.Draining : Has(call) ? CallRefusal.Exists
            : Count >= Limits.MaxCalls ? CallRefusal.Full : starts < 1 ? CallRefusal.TooFast : null;
        var next = this with { Starts = refusal is null ? starts - 1 : starts, At = now };
        return refusal is null ? (next with { Calls = Calls.Add(call) }, null) : (next, refusal);
    }

    /// <summary>The call is over, or does not start after all.</summary>
    public CallAdmission Leave(SessionId call) => this with { Calls = Calls.Remove(call) };

    /// <summary>From now on no call is admitted.</summary>
    public CallAdmission Drain() => this with { IsDraining = true };
}
