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

    [ThreadStatic] private static Table? t_names;

    /// <summary>The ids of the connection whose frame this thread decodes; null: those of no connection.</summary>
    [field: ThreadStatic]
    public static Table? Ids { get; set; }

    /// <summary>The string at the reader.</summary>
    public static string Read(ref Utf8JsonReader reader) => (t_names ??= new Table(places: 4096)).Read(ref reader);

    /// <summary>The id at the reader.</summary>
    public static string ReadId(ref Utf8JsonReader reader) => Ids is { } ids ? ids.Read(ref reader) : Read(ref reader);

    /// <summary>Strings by their hash: each maps to one place, which holds the last string that mapped there.</summary>
    /// <param name="places">A power of two.</param>
    internal sealed class Table(int places)
    {
        private readonly string?[] _known = new string?[places];

        public string Read(ref Utf8JsonReader reader)
        {
            if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > MaxLength) return reader.GetString()!;
            var utf8 = reader.ValueSpan;
            var hash = new HashCode();
            hash.AddBytes(utf8);
            ref var known = ref _known[hash.ToHashCode() & (_known.Length - 1)];
            return known is not null && Ascii.Equals(utf8, known) ? known : known = reader.GetString()!;
        }
    }
}

/// <summary>
/// The ids in the newest frames of one connection: an id repeats with every piece of sound, and everything that stores it stores the same
/// instance. Not thread-safe: one frame is decoded at a time.
/// </summary>
public sealed class KnownIds
{
    // A turn has four or five.
    internal StringInterner.Table Table { get; } = new(places: 64);
}
