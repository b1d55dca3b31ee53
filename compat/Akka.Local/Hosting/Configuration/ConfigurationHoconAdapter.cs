using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace Akka.Hosting.Configuration;

/// <summary>Reads Microsoft's configuration as HOCON: keys in lower case with dashes, numbered children as lists.</summary>
public static class ConfigurationHoconAdapter
{
    public static Config ToHocon(this IConfiguration config, bool normalizeKeys = true)
    {
        var root = new HoconObject();
        foreach (var child in config is IConfigurationSection section ? [section] : config.GetChildren())
            Put(root, child, normalizeKeys);
        return new Config(new HoconRoot(new HoconValue([root])));
    }

    private static void Put(HoconObject owner, IConfigurationSection section, bool normalizeKeys)
    {
        var keys = HoconPath.Split((normalizeKeys ? section.Key.ToLowerInvariant() : section.Key).Replace('_', '-')).ToArray();
        foreach (var key in keys[..^1])
        {
            var step = owner.GetOrCreateKey(key);
            if (!step.IsObject())
                step.NewValue(new HoconObject());
            owner = step.GetObject()!;
        }
        owner.GetOrCreateKey(keys[^1]).NewValue(Element(section, normalizeKeys));
    }

    private static IHoconElement Element(IConfigurationSection section, bool normalizeKeys)
    {
        var children = section.GetChildren().ToArray();
        if (children.Length == 0)
            return new HoconLiteral { Value = section.Value switch { "True" => "on", "False" => "off", var other => other } };
        if (children.All(c => int.TryParse(c.Key, out _)))
        {
            var array = new HoconArray();
            array.AddRange(children.OrderBy(c => int.Parse(c.Key)).Select(c => new HoconValue([Element(c, normalizeKeys)])));
            return array;
        }
        var o = new HoconObject();
        foreach (var child in children)
            Put(o, child, normalizeKeys);
        return o;
    }
}
