using System.Collections.Immutable;

namespace RealtimeAkka.Actors.Stations;

/// <summary>Searches of lists whose entries have an id of their own.</summary>
internal static class ImmutableListExtensions
{
    /// <summary>
    /// Where the entry of this id stands, from the newest on; -1: there is none. A <paramref name="keyOf"/> that captures nothing allocates
    /// nothing.
    /// </summary>
    public static int IndexOf<T, TKey>(this ImmutableList<T> list, TKey key, Func<T, TKey> keyOf) where TKey : struct, IEquatable<TKey>
    {
        for (var at = list.Count - 1; at >= 0; at--)
        {
            if (keyOf(list[at]).Equals(key)) return at;
        }
        return -1;
    }
}
