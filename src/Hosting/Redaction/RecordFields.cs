using System.Buffers;
using System.Collections.Frozen;

namespace RealtimeAkka.Hosting.Redaction;

/// <summary>
/// Which fields of the records are not words: ids, statuses, names of this program. Every other string is redacted, those that a newer
/// program adds too.
/// </summary>
public static class RecordFields
{
    private static readonly FrozenSet<string> NoWords = new[]
    {
        "type", "session", "item_id", "response_id", "call_id", "id", "status", "source", "context", "prompt", "model", "asr_model",
        "server_model", "unit", "op", "kind", "state", "verdict", "flags", "reasons", "supported_by", "task", "tool", "level", "code",
        "runtime", "url", "started_at", "exit", "unpriced",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Results and arguments: their fields are those of the user, and their numbers may be what was said.
    private static readonly FrozenSet<string> Free = new[] { "value", "arguments" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Known =
        new[] { "session", "turn", "turn.amended", "hearing", "assistant", "task", "tool", "notice", "summary" }
            .ToFrozenSet(StringComparer.Ordinal);

    private static readonly SearchValues<char> OfIds =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/+=");

    /// <summary>Whether this version knows the fields of a type of record.</summary>
    public static bool IsKnown(string type) => Known.Contains(type);

    /// <summary>Whether everything in a field is redacted: its names, its strings and its numbers.</summary>
    public static bool IsFree(string field) => Free.Contains(field);

    /// <summary>Whether a string is kept as it is: the field is none of words, and the value looks like none.</summary>
    public static bool IsKept(string field, string value) => NoWords.Contains(field) && !value.AsSpan().ContainsAnyExcept(OfIds);
}
