using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Pure.Tests.Ledger;

public class PriceListTests
{
    [Fact]
    [Trait("Cookbook", "10")]
    public void Cached_tokens_are_charged_once_and_by_modality() =>
        Assert.Equal(
        0.0119104m, Shipped.Prices.Cost(
        "gpt-realtime", new Usage.Tokens(TextIn: 1000, AudioIn: 500, 0, CachedText: 0, CachedAudio: 256, 0, 0, 0)));

    [Fact]
    public void Every_modality_has_its_price()
    {
        var price = new ModelPrice("m")
            { TextIn = 1, TextCached = 2, TextOut = 3, AudioIn = 4, AudioCached = 5, AudioOut = 6, ImageIn = 7, ImageCached = 8 };
        Assert.Equal((10m * 1 + 5 * 2 + 3 * 3 + 20 * 4 + 6 * 5 + 4 * 6 + 30 * 7 + 7 * 8) / 1_000_000,
            price.Cost(new Usage.Tokens(15, 26, 37, 5, 6, 7, 3, 4)));
    }

    [Fact]
    [Trait("Cookbook", "11")]
    public void Something_that_has_no_price_makes_the_whole_cost_unknown()
    {
        Assert.Null(Shipped.Prices.Cost("gpt-4o-transcribe", new Usage.Tokens(1, 1, 1, 0, 0, 0, 1, 0))); // no image price
        Assert.Null(Shipped.Prices.Cost("gpt-realtime", new Usage.Duration(60)));
        Assert.Null(Shipped.Prices.Cost("whisper-1", new Usage.Tokens(1, 0, 0, 0, 0, 0, 0, 0)));
        Assert.Null(Shipped.Prices.Cost("new-model", new Usage.Tokens(1, 0, 0, 0, 0, 0, 0, 0)));
        Assert.Null(Shipped.Prices.Cost("gpt-realtime", null));
        Assert.Equal(0m, Shipped.Prices.Cost("gpt-realtime", new Usage.Tokens(0, 0, 0, 0, 0, 0, 0, 0)));
    }

    [Theory]
    [InlineData("gpt-transcribe", 60, 0.0045)]
    [InlineData("gpt-transcribe", 1, 0.000075)]
    [InlineData("whisper-1", 0.1, 0.0001)]
    [InlineData("whisper-1", 1.01, 0.0002)]
    [InlineData("whisper-1", 0, 0)]
    [Trait("Cookbook", "11")]
    public void Minutes_are_charged_by_the_second_begun(string model, double seconds, double usd) =>
    Assert.Equal((decimal)usd, Shipped.Prices.Cost(model, new Usage.Duration((decimal)seconds)));

    [Theory]
    [InlineData("gpt-realtime", "gpt-realtime")]
    [InlineData("gpt-realtime-2025-08-28", "gpt-realtime")]
    [InlineData("gpt-4o-mini-transcribe-2025-12-15", "gpt-4o-mini-transcribe")]
    [InlineData("gpt-realtime-2.1", "gpt-realtime-2.1")]
    [InlineData("gpt-realtime-2.1-2026-03-01", "gpt-realtime-2.1")]
    [InlineData("gpt-realtime-2025-13-45", null)]
    [InlineData("gpt-realtime-20250828", null)]
    [InlineData("gpt-realtime-preview", null)]
    [InlineData("gpt-realtimes", null)]
    [InlineData("GPT-Realtime", null)]
    [InlineData("", null)]
    public void A_dated_snapshot_costs_what_its_model_costs_and_a_sibling_does_not(string model, string? found) =>
    Assert.Equal(found, Shipped.Prices.Find(model)?.Model);

    [Fact]
    public void Images_are_priced_where_they_are_sold() =>
    Assert.Equal(0.0005m, Shipped.Prices.Cost("gpt-realtime-2.1", new Usage.Tokens(0, 0, 100, 0, 0, 0, 0, 0)));
}
