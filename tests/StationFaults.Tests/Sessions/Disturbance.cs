using RealtimeAkka.Faults;
using RealtimeAkka.StationFaults.Tests.Injection;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>A call with a fault of ours at one place in it.</summary>
public sealed record Disturbance(Call Call, FaultPlan.Fault Fault)
{
    /// <summary>Sessions at once: they mostly wait.</summary>
    public static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 4 * Environment.ProcessorCount };

    /// <summary>Who is not done by then hangs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    /// <summary>
    /// Plays it; tells which station failed, and what became of the session. What comes by a place often does not come by it equally often
    /// each time: then it fails the first time. Null: not even then, since where it is read on is a matter of microseconds.
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

    /// <summary>What of the call's session is otherwise, and the plan for it.</summary>
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
