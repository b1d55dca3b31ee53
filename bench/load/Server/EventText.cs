using System.Runtime.CompilerServices;
using System.Text;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>
/// Writes an event as UTF-8 directly into the outgoing buffer: its type, a new id, then the fields of an interpolated string.
/// </summary>
[InterpolatedStringHandler]
internal ref struct EventText
{
    private readonly Span<byte> _room;
    private int _length;

    public EventText(int literals, int holes, ServerLine line, string type)
    {
        _room = line.Room;
        AppendLiteral("{\"type\":\"");
        AppendLiteral(type);
        AppendLiteral("\",\"event_id\":\"");
        AppendLiteral(Ids.Next("event_"));
        AppendLiteral("\",");
    }

    public void AppendLiteral(string text) => _length += Encoding.UTF8.GetBytes(text, _room[_length..]);

    public void AppendFormatted(string text) => AppendLiteral(text);

    public void AppendFormatted(long number)
    {
        number.TryFormat(_room[_length..], out var written);
        _length += written;
    }

    public void AppendFormatted(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(_room[_length..]);
        _length += utf8.Length;
    }

    /// <summary>Completes the event; returns its length in bytes.</summary>
    public int Close()
    {
        AppendLiteral("}");
        return _length;
    }
}

/// <summary>Ids in the service's format: a prefix and 21 base62 characters.</summary>
internal static class Ids
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string Next(string prefix) => string.Create(prefix.Length + 21, prefix, (id, prefix) =>
    {
        prefix.CopyTo(id);
        Random.Shared.GetItems(Base62, id[prefix.Length..]);
    });
}
