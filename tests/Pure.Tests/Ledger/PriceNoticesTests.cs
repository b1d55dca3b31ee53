using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Pure.Tests.Ledger;

public class PriceNoticesTests
{
    private static readonly PriceList Prices = new([new ModelPrice("known"), new ModelPrice("asr")]);

    [Theory]
    [InlineData("known", "asr", true)]
    [InlineData("known-2026-01-31", null, true)]
    [InlineData("new", "asr", true, "unpriced_model", "budget_blind")]
    [InlineData("known", "new", true, "unpriced_model", "budget_blind")]
    [InlineData("new", "newer", true, "unpriced_model", "unpriced_model", "budget_blind")]
    [InlineData("new", null, false, "unpriced_model")]
    public void A_budget_is_blind_to_a_model_without_a_price(string model, string? asr, bool hasBudget, params string[] codes)
    {
        Assert.Equal(codes, PriceNotices.Of(Prices, model, asr, new Budget(hasBudget ? 1m : null)).Select(notice => notice.Code));
        Assert.Equal(codes, PriceNotices.Of(Prices, model, asr, new Budget(null, hasBudget ? 1m : null)).Select(notice => notice.Code));
    }
}
