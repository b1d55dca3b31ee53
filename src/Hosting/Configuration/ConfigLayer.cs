namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Values of one source by full path, e.g. <c>realtime.mic.frame</c>.</summary>
/// <param name="Origin">The source as it is shown: a file, a profile, an option.</param>
/// <param name="Values">The scalars; blocks appear only as parts of the paths.</param>
public sealed record ConfigLayer(string Origin, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The directory of the user's file that sets these values; null for any other source.</summary>
    public string? Directory { get; init; }

    /// <summary>The part of this layer below <paramref name="prefix"/>, moved below <paramref name="to"/>.</summary>
    public ConfigLayer Section(string prefix, string to, string origin) => new(
        origin,
        Values.Where(pair => pair.Key.StartsWith(prefix + ".", StringComparison.Ordinal))
            .ToDictionary(pair => $"{to}{pair.Key[prefix.Length..]}", pair => pair.Value));
}
