namespace RealtimeAkka.Actors.Ledger;

/// <summary>How far a session may go (CONTRACT section 6). <c>LimitUsd</c> null: as far as it likes.</summary>
public sealed record Budget(decimal? LimitUsd)
{
    /// <summary>What the spending of <paramref name="total"/> US dollars means.</summary>
    public BudgetState At(decimal total) => LimitUsd switch
    {
        null => BudgetState.Free,
        var limit when total >= limit => BudgetState.Spent,
        var limit when total >= limit * 0.8m => BudgetState.Tight,
        _ => BudgetState.Free,
    };
}

/// <summary>Where a session stands against its budget; it only ever gets worse.</summary>
public enum BudgetState
{
    /// <summary>Below 80 %.</summary>
    Free,
    /// <summary>From 80 %: out-of-band requests see only their own item.</summary>
    Tight,
    /// <summary>From 100 %: no more out-of-band requests.</summary>
    Spent,
}
