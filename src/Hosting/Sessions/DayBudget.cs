using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>The budget that all sessions of a day share.</summary>
internal static class DayBudget
{
    /// <summary>
    /// The plan with what the day's other sessions have cost by now, if there is such a budget; <paramref name="warn"/> gets one line per
    /// folder that cannot be read.
    /// </summary>
    public static RunPlan Add(RunPlan plan, DateTimeOffset now, Action<string> warn)
    {
        if (plan is not { Session.Ledger: { Budget: { PerDayUsd: not null } budget } ledger, Data.Directory: { } directory }) return plan;
        var spent = SessionFolders.SpentOn(DateOnly.FromDateTime(now.UtcDateTime), directory, warn);
        return plan with { Session = plan.Session with { Ledger = ledger with { Budget = budget with { SpentTodayUsd = spent } } } };
    }
}
