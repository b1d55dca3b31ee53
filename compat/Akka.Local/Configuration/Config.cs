using System.Diagnostics.CodeAnalysis;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>A tree of settings. Missing paths read as the default of their type, or the one given.</summary>
public class Config
{
    public static readonly Config Empty = new();

    public Config() : this(new HoconRoot(new HoconValue())) { }

    public Config(HoconRoot root) => Root = root.Value;

    public Config(Config source, Config? fallback) => (Root, Fallback) = (source.Root, fallback);

    public HoconValue Root { get; }
    public Config? Fallback { get; }
    public virtual bool IsEmpty => Root.IsEmpty;

    /// <summary>This configuration over the other: where both have a key, this one's value counts.</summary>
    public virtual Config WithFallback(Config? fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("Config can not have itself as fallback", nameof(fallback));
        if (fallback.IsNullOrEmpty())
            return this;
        if (IsEmpty)
            return fallback!;
        var merged = fallback!.Root.GetObject()!.Under(Root.GetObject()!);
        return new Config(new Config(new HoconRoot(HoconValue.Of(merged))), fallback);
    }

    public virtual bool HasPath(string path) => GetValue(path) is not null;

    public HoconValue? GetValue(string path)
    {
        var value = (HoconValue?)Root;
        foreach (var key in HoconPath.Split(path))
            value = value?.GetChildObject(key);
        return value;
    }

    public virtual Config? GetConfig(string path) => GetValue(path) is { } value ? new Config(new HoconRoot(value)) : null;

    [return: NotNullIfNotNull(nameof(@default))]
    public virtual string? GetString(string path, string? @default = null) => GetValue(path) is { } value ? value.GetString()! : @default;

    public virtual bool GetBoolean(string path, bool @default = false) => GetValue(path)?.GetBoolean() ?? @default;
    public virtual int GetInt(string path, int @default = 0) => GetValue(path)?.GetInt() ?? @default;
    public virtual long GetLong(string path, long @default = 0) => GetValue(path)?.GetLong() ?? @default;
    public virtual float GetFloat(string path, float @default = 0) => GetValue(path)?.GetFloat() ?? @default;
    public virtual double GetDouble(string path, double @default = 0) => GetValue(path)?.GetDouble() ?? @default;
    public virtual decimal GetDecimal(string path, decimal @default = 0) => GetValue(path)?.GetDecimal() ?? @default;
    public virtual long? GetByteSize(string path) => GetValue(path)?.GetByteSize();
    public virtual long? GetByteSize(string path, long? def) => GetValue(path) is { } value ? value.GetByteSize() : def;

    /// <summary>A number without a unit is milliseconds; "infinite" is -1 ms.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetValue(path)?.GetTimeSpan(allowInfinite) ?? @default.GetValueOrDefault();

    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) => GetValue(path)?.GetStringList() ?? defaultPaths;
    public virtual IList<bool> GetBooleanList(string path) => GetValue(path)?.GetBooleanList() ?? [];
    public virtual IList<int> GetIntList(string path) => GetValue(path)?.GetIntList() ?? [];
    public virtual IList<long> GetLongList(string path) => GetValue(path)?.GetLongList() ?? [];
    public virtual IList<float> GetFloatList(string path) => GetValue(path)?.GetFloatList() ?? [];
    public virtual IList<double> GetDoubleList(string path) => GetValue(path)?.GetDoubleList() ?? [];
    public virtual IList<decimal> GetDecimalList(string path) => GetValue(path)?.GetDecimalList() ?? [];

    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.GetObject()?.Items ?? [];

    public override string ToString() => Root.IsEmpty ? "" : Root.ToString();
    public string ToString(bool includeFallback) => ToString();

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);
}

/// <summary>For configurations that may be null.</summary>
public static class ConfigExtensions
{
    public static bool IsNullOrEmpty([NotNullWhen(false)] this Config? config) => config is null || config.IsEmpty;

    public static Config? SafeWithFallback(this Config? config, Config? fallback) =>
        config is null ? fallback : ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);
}
