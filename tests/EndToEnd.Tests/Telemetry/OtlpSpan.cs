using System.Buffers.Binary;
using System.Text;

namespace RealtimeAkka.EndToEnd.Tests.Telemetry;

/// <summary>A span as it came by OTLP; ids in hexadecimal, <c>Parent</c> empty for a root.</summary>
internal sealed record OtlpSpan(
    string Trace, string Id, string Parent, string Name, int Kind, ulong Start, ulong End, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<(string Id, string Reason)> Links, int Status)
{
    /// <summary>A client span: another process does the work.</summary>
    public const int Client = 3;

    /// <summary>The status of a span that failed.</summary>
    public const int Error = 2;

    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>The spans of an <c>ExportTraceServiceRequest</c>.</summary>
    public static IEnumerable<OtlpSpan> Read(ReadOnlyMemory<byte> request) =>
        from resource in Fields(request) where resource.Number == 1
        from scope in Fields(resource.Bytes) where scope.Number == 2
        from span in Fields(scope.Bytes) where span.Number == 2
        select Of(span.Bytes);

    private static OtlpSpan Of(ReadOnlyMemory<byte> span)
    {
        var fields = Fields(span).ToList();
        return new(
            Hex(fields, 1), Hex(fields, 2), Hex(fields, 4), Text(Last(fields, 5).Bytes), (int)Last(fields, 6).Value,
            Last(fields, 7).Value, Last(fields, 8).Value, AttributesOf(fields, 9),
            [.. fields.Where(field => field.Number == 13).Select(field => Fields(field.Bytes).ToList())
                .Select(link => (Hex(link, 2), AttributesOf(link, 4).GetValueOrDefault("realtime_akka.reason", "")))],
            Last(fields, 15) is { Number: 15 } status ? (int)Last(Fields(status.Bytes), 3).Value : 0);
    }

    private static Dictionary<string, string> AttributesOf(IEnumerable<Field> fields, int number) => fields
        .Where(field => field.Number == number).Select(field => Fields(field.Bytes).ToList())
        .ToDictionary(pair => Text(Last(pair, 1).Bytes), pair => Value(Last(pair, 2).Bytes));

    // Text, truth, number, floating point, list.
    private static string Value(ReadOnlyMemory<byte> any) => Fields(any).FirstOrDefault() switch
    {
        { Number: 1 } field => Text(field.Bytes),
        { Number: 4 } field => $"{BitConverter.UInt64BitsToDouble(field.Value)}",
        { Number: 5 } field => string.Join(',', Fields(field.Bytes).Select(value => Value(value.Bytes))),
        var field => $"{(long)field.Value}",
    };

    private static string Hex(IEnumerable<Field> fields, int number) => Convert.ToHexString(Last(fields, number).Bytes.Span);

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    private static Field Last(IEnumerable<Field> fields, int number) => fields.LastOrDefault(field => field.Number == number);

    // A message of Protocol Buffers: each field has a tag with its number and its wire type.
    private static IEnumerable<Field> Fields(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            var (tag, rest) = Varint(message);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    (var value, message) = Varint(rest);
                    yield return new Field(number, value, default);
                    break;
                case 1:
                    yield return new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(rest.Span), default);
                    message = rest[8..];
                    break;
                case 2:
                    (var length, rest) = Varint(rest);
                    yield return new Field(number, 0, rest[..(int)length]);
                    message = rest[(int)length..];
                    break;
                case 5:
                    yield return new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(rest.Span), default);
                    message = rest[4..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7}");
            }
        }
    }

    private static (ulong Value, ReadOnlyMemory<byte> After) Varint(ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; ; i++)
        {
            value |= (ulong)(bytes.Span[i] & 0x7F) << (7 * i);
            if (bytes.Span[i] < 0x80) return (value, bytes[(i + 1)..]);
        }
    }

    private readonly record struct Field(int Number, ulong Value, ReadOnlyMemory<byte> Bytes);
}
