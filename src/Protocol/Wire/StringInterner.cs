using System.Text;
using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// Interns ids and names, which repeat often (an id with every audio delta): a string that was read recently on this thread is
/// not allocated again, so everything that stores an id stores the same instance.
/// </summary>
internal static class StringInterner
{
    private const int Places = 4096; // a power of two: each string maps to one entry, which holds the last string that mapped there
    private const int MaxLength = 64;

    [ThreadStatic] private static string?[]? t_known;

    /// <summary>The string at the reader.</summary>
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
