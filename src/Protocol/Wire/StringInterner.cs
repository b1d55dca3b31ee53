using System.Text;
using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// Interns names, which repeat often: a string that was read recently on this thread is not allocated again. Ids belong to a connection,
/// whose <see cref="KnownIds"/> intern them while it decodes a frame: its frames are decoded by any thread, and by many in turn.
/// </summary>
internal static class StringInterner
{
    private const int MaxLength = 64;

    private const int Places = 4096; // a power of two

    // By their hash: each string maps to one place, which holds the last one that mapped there.
    [ThreadStatic] private static string?[]? t_names;

    /// <summary>The ids of the connection whose frame this thread decodes; null: those of no connection.</summary>
    [field: ThreadStatic]
    public static KnownIds? Ids { get; set; }

    /// <summary>The string at the reader.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (!IsPlain(ref reader)) return reader.GetString()!;
        var utf8 = reader.ValueSpan;
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var known = ref (t_names ??= new string?[Places])[hash.ToHashCode() & (Places - 1)];
        return known is not null && Ascii.Equals(utf8, known) ? known : known = reader.GetString()!;
    }

    /// <summary>The id at the reader.</summary>
    public static string ReadId(ref Utf8JsonReader reader) => Ids is { } ids ? ids.Read(ref reader) : Read(ref reader);

    /// <summary>The string at the reader is short, in one piece and without escapes: only such a one is remembered.</summary>
    public static bool IsPlain(ref Utf8JsonReader reader) =>
        !reader.HasValueSequence && !reader.ValueIsEscaped && reader.ValueSpan.Length <= MaxLength;
}

/// <summary>
/// The ids in the newest frames of one connection: an id repeats with every piece of sound, and everything that stores it stores the same
/// instance. Not thread-safe: one frame is decoded at a time.
/// </summary>
public sealed class KnownIds
{
    private readonly string?[] _newest = new string?[8]; // a turn has four or five
    private int _next;

    internal string Read(ref Utf8JsonReader reader)
    {
        if (!StringInterner.IsPlain(ref reader)) return reader.GetString()!;
        foreach (var known in _newest)
        {
            if (known is not null && Ascii.Equals(reader.ValueSpan, known)) return known;
        }
        var id = _newest[_next] = reader.GetString()!;
        _next = (_next + 1) % _newest.Length;
        return id;
    }
}
