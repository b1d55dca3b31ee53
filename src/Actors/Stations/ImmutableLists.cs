using System.Collections.Immutable;

namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// Searches of lists that are values. A list of a few entries is an <see cref="ImmutableArray{T}"/>: a change is one small array, where an
/// <see cref="ImmutableList{T}"/> is a tree with an object for each entry.
/// </summary>
internal static class ImmutableLists
{
    /// <summary>
    /// Where the entry of this id stands, from the newest on; -1: there is none. A <paramref name="keyOf"/> that captures nothing allocates
    /// nothing.
    /// </summary>
    public static int IndexOf<T, TKey>(this ImmutableArray<T> list, TKey key, Func<T, TKey> keyOf) where TKey : struct, IEquatable<TKey>
    {
        for (var at = list.Length - 1; at >= 0; at--)
        {
            if (keyOf(list[at]).Equals(key)) return at;
        }
        return -1;
    }

    /// <summary>Where the first entry that is looked for stands; -1: there is none.</summary>
    public static int FindIndex<T>(this ImmutableArray<T> list, Predicate<T> which)
    {
        for (var at = 0; at < list.Length; at++)
        {
            if (which(list[at])) return at;
        }
        return -1;
    }

    /// <summary>The list with each entry changed.</summary>
    public static ImmutableArray<T> ConvertAll<T>(this ImmutableArray<T> list, Func<T, T> change) =>
        ImmutableArray.CreateRange(list, change);
}
