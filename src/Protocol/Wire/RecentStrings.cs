using System.Text;
using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// Ids and names come again and again, an id with each piece of a voice. What was read not long ago on this thread is not made
/// anew, so that all who keep an id keep the same string.
/// </summary>
internal static class RecentStrings
{
    private const int Places = 4096; // a power of two: each string has one place, and the last that came there is known
    private const int MaxLength = 64;

    [ThreadStatic] private static string?[]? t_known;

    /// <summary>The string the reader stands at.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > MaxLength) return reader.GetString()!;
        var utf8 = reader.ValueSpan;
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var known = ref (t_known ??= new string?[Places])[hash.ToHashCode() & (Places - 1)];
        return known is not null && Ascii.Equals(utf8, known) ? known : known = reader.GetString()!;
    }
}
