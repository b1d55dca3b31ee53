namespace Akka.Configuration.Hocon;

/// <summary>Keys and values, in the order they were written.</summary>
public class HoconObject : IHoconElement
{
    public Dictionary<string, HoconValue> Items { get; private init; } = [];

    public IDictionary<string, object> Unwrapped =>
        Items.ToDictionary(i => i.Key, i => i.Value.GetObject() is { } o ? (object)o.Unwrapped : i.Value);

    public bool IsString() => false;
    public string? GetString() => throw new NotSupportedException("This element is an object and not a string.");
    public bool IsArray() => false;
    public IList<HoconValue> GetArray() => throw new NotSupportedException("This element is an object and not an array.");

    public HoconValue? GetKey(string key) => Items.GetValueOrDefault(key);

    public HoconValue GetOrCreateKey(string key)
    {
        if (!Items.TryGetValue(key, out var value))
            Items.Add(key, value = new HoconValue());
        return value;
    }

    /// <summary>Takes over everything of the other, which wins.</summary>
    public void Merge(HoconObject other)
    {
        foreach (var (key, value) in Under(other).Items)
            Items[key] = value;
    }

    /// <summary>A new object of both, in which the other wins.</summary>
    internal HoconObject Under(HoconObject other)
    {
        var merged = new HoconObject { Items = new Dictionary<string, HoconValue>(Items) };
        foreach (var (key, value) in other.Items)
            merged.Items[key] = Items.TryGetValue(key, out var mine) && mine.GetObject() is { } lower && value.GetObject() is { } upper
                ? HoconValue.Of(lower.Under(upper))
                : value;
        return merged;
    }

    public override string ToString() => ToString(0);

    public string ToString(int indent) =>
        string.Concat(Items.Select(i => $"{new string(' ', indent * 2)}{HoconPath.Quote(i.Key)} : {i.Value.ToString(indent)}\n"));
}
