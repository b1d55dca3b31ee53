using System.Collections.Concurrent;
using RealtimeAkka.Faults;
using RealtimeAkka.StationFaults.Tests.Injection;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>Every call played without a fault: its outcome, and the hits of each statement.</summary>
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

    /// <summary>The outcome of each call.</summary>
    internal IEnumerable<(Call Call, SessionOutcome Outcome)> Outcomes => Call.All.Select(call => (call, _played[call].Outcome));

    /// <summary>Number of hits of a statement in a call.</summary>
    internal int Hits(Call call, Statement statement) => _played[call].Plan.Hits(statement);
}
