using RealtimeAkka.Host.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class PricesTests
{
    [Theory]
    [InlineData("gpt-realtime", 4.00, 0.40, 16.00, 32.00, 0.40, 64.00)]
    [InlineData("gpt-realtime-2.1", 4.00, 0.40, 24.00, 32.00, 0.40, 64.00)]
    [InlineData("gpt-realtime-2.1-mini", 0.60, 0.06, 2.40, 10.00, 0.30, 20.00)]
    public void The_shipped_prices_are_the_published_ones(string model, double textIn, double textCached, double textOut, double audioIn, double audioCached, double audioOut)
    {
        var p = Shipped.Prices.Find(model)!;
        Assert.Equal(
            ((decimal?)textIn, (decimal?)textCached, (decimal?)textOut, (decimal?)audioIn, (decimal?)audioCached, (decimal?)audioOut),
            (p.TextIn, p.TextCached, p.TextOut, p.AudioIn, p.AudioCached, p.AudioOut));
    }

    [Fact]
    public void Every_shipped_price_has_a_name_of_its_own_and_a_date()
    {
        Assert.Equal(Shipped.Prices.Models.Count, Shipped.Prices.Models.Select(p => p.Model).Distinct().Count());
        Assert.All(Shipped.Prices.Models, p => Assert.NotNull(p.AsOf));
        Assert.Equal(new DateOnly(2027, 1, 20), Shipped.Prices.Find("gpt-realtime")?.Retires);
        Assert.Equal(0.0045m, Shipped.Prices.Find("gpt-transcribe")?.PerMinute);
    }

    [Fact]
    public void A_users_price_lies_over_the_shipped_one_key_by_key()
    {
        var prices = Prices.Read(Layer("a", ("prices.x.model", "m"), ("prices.x.text.in", "4"), ("prices.x.text.out", "9")), Layer("b", ("prices.x.text.in", "5.5"), ("prices.y.per-minute", "0.1")));
        Assert.Equal((5.5m, 9m), (prices.Find("m")?.TextIn, prices.Find("m")?.TextOut));
        Assert.Equal(0.1m, prices.Find("y")?.PerMinute); // the label is the name where none is given
    }

    [Theory]
    [InlineData("prices.x.text.inn", "4", "Unknown key prices.x.text.inn (my.hocon). Known: model, as-of, retires, text.in, ")]
    [InlineData("prices.x.text.in", "cheap", "prices.x.text.in (my.hocon) is 'cheap'; it must be an amount of US dollars such as 4.00.")]
    [InlineData("prices.x.text.in", "-4", "prices.x.text.in (my.hocon) is '-4'; it must be an amount of US dollars such as 4.00.")]
    [InlineData("prices.x.as-of", "today", "prices.x.as-of (my.hocon) is 'today'; it must be a date such as 2026-11-22.")]
    [InlineData("prices.x", "4", "prices.x (my.hocon) is no price; write prices.LABEL.KEY.")]
    public void A_wrong_price_names_its_path_and_file(string key, string value, string message) =>
        Assert.StartsWith(message, Assert.Throws<ConfigException>(() => Prices.Read(Layer("my.hocon", (key, value)))).Message, StringComparison.Ordinal);

    private static ConfigLayer Layer(string origin, params (string Key, string Value)[] values) => new(origin, values.ToDictionary(v => v.Key, v => v.Value));
}
