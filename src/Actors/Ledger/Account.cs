namespace RealtimeAkka.Actors.Ledger;

/// <summary>A cost in US dollars; unknown from the first charge without a price on, never 0 in its place.</summary>
/// <param name="Known">The sum of the charges with a price.</param>
/// <param name="IsUnknown">Whether a charge had no price.</param>
public readonly record struct Account(decimal Known, bool IsUnknown)
{
    /// <summary>The whole sum; null if a part of it is unknown.</summary>
    public decimal? Usd => IsUnknown ? null : Known;

    /// <summary>The account after a charge; null: the charge has no price.</summary>
    public Account Charge(decimal? usd) => usd is { } known ? this with { Known = Known + known } : this with { IsUnknown = true };

    /// <summary>The sum of two accounts.</summary>
    public static Account operator +(Account a, Account b) => new(a.Known + b.Known, a.IsUnknown || b.IsUnknown);
}
