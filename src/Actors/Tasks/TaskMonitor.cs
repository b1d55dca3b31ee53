using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>Tracks how a task keeps up and how often it failed, and decides on notices and on giving it up.</summary>
/// <param name="Name">The task.</param>
/// <param name="Ahead">Turns that may wait for it.</param>
public sealed record TaskMonitor(string Name, int Ahead)
{
    private const int MaxFailures = 3;

    // A task asks once or twice per turn at most; one that asks without end would flood the records and displace other tasks.
    private const int CreditPerTurn = 2;
    private const int MaxCredit = 32;

    /// <summary>Turns sent to it and not handled yet.</summary>
    public int Waiting { get; private init; }

    /// <summary>How often it failed.</summary>
    public int Failures { get; private init; }

    /// <summary>It failed too often and is not started again.</summary>
    public bool IsOff => Failures >= MaxFailures;

    private bool Behind { get; init; }
    private int Credit { get; init; } = MaxCredit / 2;
    private int Open { get; init; }
    private bool Flooding { get; init; }

    /// <summary>Whether it may ask once more; if not, one notice is published per episode.</summary>
    public (TaskMonitor Next, bool Ask, Notice? Notice) Asks()
    {
        if (Credit > 0) return (this with { Credit = Credit - 1, Open = Open + 1 }, true, null);
        return (this with { Flooding = true }, false,
            Flooding ? null
            : Warning("task_floods", $"Task {Name} asks more than {CreditPerTurn} times a turn; what is too much is not asked."));
    }

    /// <summary>Whether it may report a result: one per request.</summary>
    public (TaskMonitor Next, bool Tell) Completes() => Open > 0 ? (this with { Open = Open - 1 }, true) : (this, false);

    /// <summary>Whether a turn may be sent to it; if not, one notice is published per episode.</summary>
    public (TaskMonitor Next, bool Tell, Notice? Notice) On(int turn)
    {
        if (IsOff) return (this, false, null);
        if (Waiting < Ahead)
            return (this with { Waiting = Waiting + 1, Behind = false, Credit = Math.Min(MaxCredit, Credit + CreditPerTurn),
                Flooding = false }, true, null);
        return (this with { Behind = true }, false,
            Behind ? null
            : Warning("task_behind",
            $"Task {Name} does not keep up: {Ahead} turns wait for it, turn {turn} and those after are not told to it."));
    }

    /// <summary>It has handled a turn.</summary>
    public TaskMonitor Handled() => this with { Waiting = Math.Max(0, Waiting - 1) };

    /// <summary>It failed. Its replacement starts with nothing open; after the last allowed failure there is none.</summary>
    public (TaskMonitor Next, Notice Notice) Failed()
    {
        var next = this with { Failures = Failures + 1, Waiting = 0, Open = 0, Behind = false };
        return (next, Warning("task_failed", next.IsOff
            ? $"Task {Name} failed for the {MaxFailures}rd time and is off for the rest of the session; see session.log."
            : $"Task {Name} failed and was started again; see session.log."));
    }

    /// <summary>The session ended before it finished.</summary>
    public Notice Unfinished(TimeSpan after) =>
        Warning("task_unfinished",
        FormattableString.Invariant($"Task {Name} did not finish within {after.TotalSeconds:0.#} s of the end."));

    private static Notice Warning(string code, string message) => new(NoticeLevel.Warning, code, message);
}
