using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>What stands right of a key: text, a list or an object. It is read as a type only when asked.</summary>
public class HoconValue
{
    public HoconValue() { }

    public HoconValue(List<IHoconElement> values) => Values = values;

    public List<IHoconElement> Values { get; } = [];

    public bool IsEmpty => Values.Count == 0 || Values[0] is HoconObject { Items.Count: 0 };

    internal static HoconValue Of(IHoconElement element) => new([element]);

    public bool IsObject() => GetObject() is not null;
    public bool IsArray() => GetArray().Count != 0;
    public bool IsString() => Values.Count > 0 && Values.All(v => v.IsString());

    public HoconObject? GetObject() => Values.FirstOrDefault() as HoconObject;
    public HoconValue? GetChildObject(string key) => GetObject()?.GetKey(key);
    public IList<HoconValue> GetArray() => Values.Where(v => v.IsArray()).SelectMany(v => v.GetArray()).ToList();

    /// <summary>Null when this is not text, or is the word null.</summary>
    public string? GetString()
    {
        if (!IsString())
            return null;
        var text = string.Concat(Values.Select(v => v.GetString())).Trim();
        return text == "null" ? null : text;
    }

    public bool GetBoolean() => GetString() switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        var other => throw new NotSupportedException($"Unknown boolean format: {other}"),
    };

    public int GetInt() => int.Parse(GetString()!, NumberFormatInfo.InvariantInfo);
    public long GetLong() => long.Parse(GetString()!, NumberFormatInfo.InvariantInfo);
    public float GetFloat() => float.Parse(GetString()!, NumberFormatInfo.InvariantInfo);
    public double GetDouble() => double.Parse(GetString()!, NumberFormatInfo.InvariantInfo);
    public decimal GetDecimal() => decimal.Parse(GetString()!, NumberFormatInfo.InvariantInfo);
    public TimeSpan GetTimeSpan(bool allowInfinite = true) => HoconUnits.Time(GetString()!, allowInfinite);
    public long? GetByteSize() => GetString() is { Length: > 0 } text ? HoconUnits.Bytes(text) : null;

    public IList<string> GetStringList() => GetArray().Select(v => v.GetString()!).ToList();
    public IList<bool> GetBooleanList() => GetArray().Select(v => v.GetBoolean()).ToList();
    public IList<int> GetIntList() => GetArray().Select(v => v.GetInt()).ToList();
    public IList<long> GetLongList() => GetArray().Select(v => v.GetLong()).ToList();
    public IList<float> GetFloatList() => GetArray().Select(v => v.GetFloat()).ToList();
    public IList<double> GetDoubleList() => GetArray().Select(v => v.GetDouble()).ToList();
    public IList<decimal> GetDecimalList() => GetArray().Select(v => v.GetDecimal()).ToList();

    public Config ToConfig() => new(new HoconRoot(this));

    public Config AtKey(string key)
    {
        var parent = new HoconObject();
        parent.Items[key] = this;
        return new Config(new HoconRoot(Of(parent)));
    }

    public void AppendValue(IHoconElement value) => Values.Add(value);
    public void Clear() => Values.Clear();

    public void NewValue(IHoconElement value)
    {
        Values.Clear();
        Values.Add(value);
    }

    public override string ToString() => ToString(0);

    public virtual string ToString(int indent)
    {
        if (IsString())
            return HoconPath.Quote(GetString() ?? "");
        if (GetObject() is { } o)
            return indent == 0 ? o.ToString(1) : $"{{\n{o.ToString(indent + 1)}{new string(' ', indent * 2)}}}";
        return $"[{string.Join(",", GetArray().Select(v => v.ToString(indent + 1)))}]";
    }
}
