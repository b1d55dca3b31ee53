using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>All configuration layers of one start, in order: reference, profile, files, options.</summary>
/// <param name="Config">Our own settings.</param>
/// <param name="Prices">The prices of the models.</param>
/// <param name="Models">The abilities of the models.</param>
/// <param name="Akka">The settings of the actor system, as HOCON.</param>
public sealed record ConfigStack(StrictConfig Config, PriceList Prices, ModelList Models, string Akka)
{
    /// <summary>
    /// Puts the profile, then <paramref name="written"/> (the user's layers), over the files that are shipped in
    /// <paramref name="directory"/>. Throws <see cref="ConfigException"/> for an unknown key or profile.
    /// </summary>
    public static ConfigStack Load(string directory, string? profile, IReadOnlyList<ConfigLayer> written)
    {
        var reference = Shipped(directory, "reference.hocon");
        var profiles = Shipped(directory, "profiles.hocon");
        var prices = Shipped(directory, "prices.hocon");
        var models = Shipped(directory, "models.hocon");

        List<ConfigLayer> layers = [];
        if (profile is not null)
        {
            // A user's file may define profiles.
            var block = written.Prepend(profiles)
                .Select(layer => layer.Section($"profiles.{profile}", StrictConfig.Root, $"profile {profile}"))
                .Where(layer => layer.Values.Count > 0).ToList();
            if (block.Count == 0)
                throw new ConfigException(
                    $"--profile {profile} is not known. There are: {string.Join(", ", Names(written.Prepend(profiles)))}.");
            layers.AddRange(block);
        }
        layers.AddRange(written.Select(layer => Without(layer, "prices", "models", "profiles")));

        var akka = written.Prepend(reference).SelectMany(layer => layer.Values)
            .Where(pair => pair.Key.StartsWith("akka.", StringComparison.Ordinal))
            .Select(pair => HoconFile.Write(pair.Key, pair.Value));
        return new ConfigStack(
            new StrictConfig(reference, layers),
            Configuration.Prices.Read(written.Select(layer => layer.Section("prices", "prices", layer.Origin)).Prepend(prices)),
            ModelList.Read(written.Select(layer => layer.Section("models", "models", layer.Origin)).Prepend(models)),
            string.Join('\n', akka));
    }

    /// <summary>The names of the profiles that are shipped in <paramref name="directory"/>.</summary>
    public static IEnumerable<string> Profiles(string directory) => Names([Shipped(directory, "profiles.hocon")]);

    private static ConfigLayer Shipped(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        try
        {
            return HoconFile.Read(TextFile.Read(path, HoconFile.MaxBytes), name);
        }
        catch (FormatException e)
        {
            throw new ConfigException($"{path} must be {e.Message}; reinstall the program.", e);
        }
    }

    private static ConfigLayer Without(ConfigLayer layer, params IEnumerable<string> sections) => layer with
    {
        Values = layer.Values.Where(pair => !sections.Any(section => pair.Key.StartsWith(section + ".", StringComparison.Ordinal)))
        .ToDictionary(),
    };

    private static IEnumerable<string> Names(IEnumerable<ConfigLayer> layers) =>
        layers.SelectMany(layer => layer.Values.Keys).Where(key => key.StartsWith("profiles.", StringComparison.Ordinal))
        .Select(key => key.Split('.')[1]).Distinct();
}
