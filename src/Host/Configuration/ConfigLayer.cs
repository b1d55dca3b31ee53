namespace RealtimeAkka.Host.Configuration;

/// <summary>Values by full path, e.g. <c>realtime.mic.frame</c>, from one place.</summary>
/// <param name="Origin">Where they were written, for people: a file, a profile, an option.</param>
/// <param name="Values">The scalars; blocks are only paths.</param>
public sealed record ConfigLayer(string Origin, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Where the user's file stands that this was written in; null for anything else.</summary>
    public string? Directory { get; init; }

    /// <summary>The part of this layer below <paramref name="prefix"/>, moved below <paramref name="to"/>.</summary>
    public ConfigLayer Section(string prefix, string to, string origin) => new(
        origin,
        Values.Where(pair => pair.Key.StartsWith(prefix + ".", StringComparison.Ordinal))
            .ToDictionary(pair => $"{to}{pair.Key[prefix.Length..]}", pair => pair.Value));
}
