using System.Globalization;
using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads price blocks (<c>prices.LABEL.KEY</c>), later layers over earlier ones.</summary>
public static class Prices
{
    private static readonly Dictionary<string, Func<ModelPrice, decimal, ModelPrice>> Amounts = new(StringComparer.Ordinal)
    {
        ["text.in"] = (price, usd) => price with { TextIn = usd },
        ["text.cached"] = (price, usd) => price with { TextCached = usd },
        ["text.out"] = (price, usd) => price with { TextOut = usd },
        ["audio.in"] = (price, usd) => price with { AudioIn = usd },
        ["audio.cached"] = (price, usd) => price with { AudioCached = usd },
        ["audio.out"] = (price, usd) => price with { AudioOut = usd },
        ["image.in"] = (price, usd) => price with { ImageIn = usd },
        ["image.cached"] = (price, usd) => price with { ImageCached = usd },
        ["per-minute"] = (price, usd) => price with { PerMinute = usd },
    };

    /// <summary>All prices. Throws <see cref="ConfigException"/> for an unknown key or an invalid amount or date.</summary>
    public static PriceList Read(params IEnumerable<ConfigLayer> layers)
    {
        var blocks = new SortedDictionary<string, ModelPrice>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            foreach (var (path, value) in layer.Values)
            {
                var parts = path.Split('.', 3);
                if (parts is not ["prices", var label, var key])
                    throw new ConfigException($"{path} ({layer.Origin}) is no price; write prices.LABEL.KEY.");
                blocks[label] = Set(blocks.GetValueOrDefault(label) ?? new ModelPrice(label), key, value, $"{path} ({layer.Origin})");
            }
        }
        return new PriceList([.. blocks.Values]);
    }

    private static ModelPrice Set(ModelPrice price, string key, string value, string where) => key switch
    {
        "model" => price with { Model = value },
        "as-of" => price with { AsOf = Date(value, where) },
        "retires" => price with { Retires = Date(value, where) },
        "source" => price with { Source = value },
        _ when !Amounts.ContainsKey(key)
            => throw new ConfigException($"Unknown key {where}. Known: model, as-of, retires, source, {string.Join(", ", Amounts.Keys)}."),
        _ => decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd)
            ? Amounts[key](price, usd)
            : throw new ConfigException($"{where} is '{value}'; it must be an amount of US dollars such as 4.00."),
    };

    private static DateOnly Date(string value, string where) =>
        DateOnly.TryParseExact(value, "yyyy-MM-dd", out var date) ? date
        : throw new ConfigException($"{where} is '{value}'; it must be a date such as 2026-11-22.");
}
