using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Where configurations come from.</summary>
public class ConfigurationFactory
{
    private static readonly Lazy<Config> Reference = new(() => FromResource("Akka.reference.conf", typeof(ConfigurationFactory).Assembly));

    public static Config Empty => Config.Empty;

    public static Config ParseString(string hocon) =>
        ParseString(hocon, name => throw new NotSupportedException($"No include callback for [{name}]"));

    public static Config ParseString(string hocon, Func<string, HoconRoot> includeCallback) => new(Parser.Parse(hocon, includeCallback));

    /// <summary>The settings of the runtime itself.</summary>
    public static Config Default() => Reference.Value;

    /// <summary>What the program brings by itself: nothing, since there is no app.config here.</summary>
    public static Config Load() => Config.Empty;

    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
                           ?? throw new ConfigurationException($"There is no resource [{resourceName}] in {assembly.GetName().Name}");
        return ParseString(new StreamReader(stream).ReadToEnd());
    }
}
