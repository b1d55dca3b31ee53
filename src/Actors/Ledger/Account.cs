namespace RealtimeAkka.Actors.Ledger;

/// <summary>What something has cost in US dollars; unknown from the first charge without a price on, never 0.</summary>
/// <param name="Known">The sum of what is known.</param>
/// <param name="IsUnknown">Something had no price.</param>
public readonly record struct Account(decimal Known, bool IsUnknown)
{
    /// <summary>The whole sum; null where a part of it is unknown.</summary>
    public decimal? Usd => IsUnknown ? null : Known;

    /// <summary>The account after a charge; null: it has no price.</summary>
    public Account Charge(decimal? usd) => usd is { } known ? this with { Known = Known + known } : this with { IsUnknown = true };

    /// <summary>Two accounts together.</summary>
    public static Account operator +(Account a, Account b) => new(a.Known + b.Known, a.IsUnknown || b.IsUnknown);
}
