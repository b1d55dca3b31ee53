using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests;

/// <summary>The shipped configuration, as the program reads it.</summary>
internal static class Shipped
{
    public static ConfigLayer Reference { get; } = Layer("reference.hocon");

    public static PriceList Prices { get; } = Hosting.Configuration.Prices.Read(Layer("prices.hocon"));

    /// <summary>A user's <c>--set</c> of a key below <c>realtime.</c>.</summary>
    public static ConfigLayer Set(string key, string value) =>
        new($"--set {key}", new Dictionary<string, string> { [$"realtime.{key}"] = value });

    private static ConfigLayer Layer(string name) => HoconFile.Read(File.ReadAllText(Repository.At("hocon", name)), name);
}
