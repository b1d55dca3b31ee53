namespace RealtimeAkka.Actors.Ledger;

/// <summary>The ledger station.</summary>
public sealed record LedgerSettings(PriceList Prices, Budget Budget);
