using System.Globalization;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class PricesTests
{
    [Theory]
    [InlineData("gpt-realtime-2.1", "4 0.4 24", "32 0.4 64", "5 0.5")]
    [InlineData("gpt-realtime-2.1-mini", "0.6 0.06 2.4", "10 0.3 20", "0.8 0.08")]
    [InlineData("gpt-realtime-2", "4 0.4 24", "32 0.4 64", "5 0.5")]
    [InlineData("gpt-realtime-1.5", "4 0.4 16", "32 0.4 64", "5 0.5")]
    [InlineData("gpt-realtime", "4 0.4 16", "32 0.4 64", "5 0.5", null, "2027-01-20")]
    [InlineData("gpt-realtime-mini", "0.6 0.06 2.4", "10 0.3 20", "0.8 0.08", null, "2027-01-20")]
    [InlineData("gpt-4o-realtime-preview", "5 2.5 20", "40 2.5 80", " ", null, "2026-11-22")]
    [InlineData("gpt-4o-mini-realtime-preview", "0.6 0.3 2.4", "10 0.3 20", " ", null, "2026-11-22")]
    [InlineData("gpt-realtime-translate", "  ", "  ", " ", "0.034")]
    [InlineData("gpt-live-transcribe", "  ", "  ", " ", "0.017")]
    [InlineData("gpt-realtime-whisper", "  ", "  ", " ", "0.017")]
    [InlineData("gpt-transcribe", "  ", "  ", " ", "0.0045")]
    [InlineData("gpt-4o-transcribe", "2.5 2.5 10", "6 6 ", " ", null, "2027-02-26")]
    [InlineData("gpt-4o-mini-transcribe", "1.25 1.25 5", "3 3 ", " ", null, "2027-02-26")]
    [InlineData("gpt-4o-transcribe-diarize", "2.5 2.5 10", "6 6 ", " ", null, "2027-02-26")]
    [InlineData("whisper-1", "  ", "  ", " ", "0.006", "2027-02-26")]
    public void The_shipped_prices_are_the_published_ones(
    string model, string text, string audio, string image, string? minute = null, string? retires = null)
    {
        var p = Shipped.Prices.Models.Single(price => price.Model == model);
        Assert.Equal(
            (text, audio, image, minute, retires),
            (Words(p.TextIn, p.TextCached, p.TextOut), Words(p.AudioIn, p.AudioCached, p.AudioOut), Words(p.ImageIn, p.ImageCached),
            p.PerMinute is null ? null : Words(p.PerMinute),
                p.Retires?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Every_shipped_price_has_a_name_of_its_own_a_date_and_a_source()
    {
        Assert.Equal(Shipped.Prices.Models.Count, Shipped.Prices.Models.Select(p => p.Model).Distinct().Count());
        Assert.Equal(16, Shipped.Prices.Models.Count);
        Assert.All(Shipped.Prices.Models, p => Assert.NotNull(p.AsOf));
        Assert.All(Shipped.Prices.Models, p => Assert.False(string.IsNullOrWhiteSpace(p.Source)));
    }

    [Fact]
    public void A_users_price_lies_over_the_shipped_one_key_by_key()
    {
        var prices = Prices.Read(Layer("a", ("prices.x.model", "m"), ("prices.x.text.in", "4"), ("prices.x.text.out", "9")),
            Layer("b", ("prices.x.text.in", "5.5"), ("prices.y.per-minute", "0.1")));
        Assert.Equal((5.5m, 9m), (prices.Find("m")?.TextIn, prices.Find("m")?.TextOut));
        Assert.Equal(0.1m, prices.Find("y")?.PerMinute); // without a name the label is used
    }

    [Theory]
    [InlineData("prices.x.text.inn", "4", "Unknown key prices.x.text.inn (my.hocon). Known: model, as-of, retires, source, text.in, ")]
    [InlineData("prices.x.text.in", "cheap", "prices.x.text.in (my.hocon) is 'cheap'; it must be an amount of US dollars such as 4.00.")]
    [InlineData("prices.x.text.in", "-4", "prices.x.text.in (my.hocon) is '-4'; it must be an amount of US dollars such as 4.00.")]
    [InlineData("prices.x.as-of", "today", "prices.x.as-of (my.hocon) is 'today'; it must be a date such as 2026-11-22.")]
    [InlineData("prices.x", "4", "prices.x (my.hocon) is no price; write prices.LABEL.KEY.")]
    public void A_wrong_price_names_its_path_and_file(string key, string value, string message) =>
        Assert.StartsWith(message, Assert.Throws<ConfigException>(() => Prices.Read(Layer("my.hocon", (key, value)))).Message,
        StringComparison.Ordinal);

    private static string Words(params ReadOnlySpan<decimal?> amounts)
    {
        List<string> words = [];
        foreach (var amount in amounts) words.Add(amount?.ToString("0.####", CultureInfo.InvariantCulture) ?? "");
        return string.Join(' ', words);
    }

    private static ConfigLayer Layer(string origin, params (string Key, string Value)[] values) =>
        new(origin, values.ToDictionary(v => v.Key, v => v.Value));
}
