using RealtimeAkka.Faults;
using RealtimeAkka.StationFaults.Tests.Injection;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>A call with one injected fault.</summary>
public sealed record Disturbance(Call Call, FaultPlan.Fault Fault)
{
    /// <summary>Concurrency: sessions spend most of their time waiting.</summary>
    public static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 4 * Environment.ProcessorCount };

    /// <summary>A session that takes longer hangs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    /// <summary>
    /// Plays the call; returns the failed station and the outcome. The number of hits of a statement varies between runs: if the
    /// n-th hit does not occur, the call is played again with a fault at the first. Null: not even that occurred (a race).
    /// </summary>
    public async Task<(string? Failed, SessionOutcome Outcome)> PlayAsync()
    {
        foreach (var fault in new[] { Fault, Fault with { Nth = 1 } })
        {
            var plan = new FaultPlan();
            plan.Arm(fault);
            var outcome = await SessionRun.PlayAsync(Call.Scenario, Staged(Call, plan));
            if (plan.Failed is not null || outcome.Violations.Count > 0 || fault.Nth == 1) return (plan.Failed, outcome);
        }
        throw new InvalidOperationException("The second fault is at the first time.");
    }

    /// <summary>The call's stage with the plan registered for its session.</summary>
    public static SessionStage Staged(Call call, FaultPlan plan)
    {
        var stage = call.Stage();
        return stage with
        {
            Settings = settings =>
            {
                plan.For(settings.Facts.Id.Value);
                return stage.Settings(settings);
            },
            Limit = Limit,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Call}, the {Fault.Nth}. time before {Fault.Before}";
}
