using System.Collections.Concurrent;
using RealtimeAkka.Faults;
using RealtimeAkka.StationFaults.Tests.Injection;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>Every call as it goes without a fault: what it comes to, and which statements it comes by, how often.</summary>
public sealed class UndisturbedCalls : IAsyncLifetime
{
    private readonly ConcurrentDictionary<Call, (SessionOutcome Outcome, FaultPlan Plan)> _played = [];

    /// <inheritdoc/>
    public Task InitializeAsync() => Parallel.ForEachAsync(Call.All, Disturbance.AtOnce, async (call, _) =>
    {
        var plan = new FaultPlan();
        _played[call] = (await SessionRun.PlayAsync(call.Scenario, Disturbance.Staged(call, plan)), plan);
    });

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>What each came to.</summary>
    internal IEnumerable<(Call Call, SessionOutcome Outcome)> Outcomes => Call.All.Select(call => (call, _played[call].Outcome));

    /// <summary>How often a call comes by a statement.</summary>
    internal int Hits(Call call, Statement statement) => _played[call].Plan.Hits(statement);
}
