using System.Text.Json;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>A line of <c>turns.jsonl</c>. <c>Record</c> is null for a type that this program does not know.</summary>
public sealed record RecordLine(string Type, JsonElement Json, SessionRecord? Record);

/// <summary>
/// Reads the records of a process that may have been killed or may be a newer version: a torn or unreadable line is skipped and
/// counted, a record of unknown type is passed on as it is, unknown fields are ignored.
/// </summary>
public sealed class RecordReader(Stream stream)
{
    // The longest transcript is one frame of 16 MiB, and escapes may double it.
    internal const int MaxLine = 48 * 1024 * 1024;

    /// <summary>Lines skipped so far.</summary>
    public int Skipped { get; private set; }

    /// <summary>Every record, in the order of the file.</summary>
    public IEnumerable<RecordLine> Read()
    {
        foreach (var (line, _) in ByteLines.Read(stream, MaxLine))
        {
            var record = line.Length is > 0 and <= MaxLine ? Decode(line) : null;
            if (record is not null) yield return record;
            else if (!line.Span.TrimEnd("\r "u8).IsEmpty) Skipped++;
        }
    }

    /// <summary>The record in a line; null: it is none.</summary>
    public static RecordLine? Decode(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("type", out var type)
                || type.ValueKind != JsonValueKind.String) return null;
            SessionRecord? record = type.GetString() switch
            {
                "turn" or "turn.amended" => Turn((TurnRecord)RecordCodec.Decode(line.Span)),
                "assistant" => Answer((AssistantReplied)RecordCodec.Decode(line.Span)),
                "task" or "tool" or "hearing" => RecordCodec.Decode(line.Span),
                _ => null,
            };
            return new RecordLine(type.GetString()!, json.Clone(), record);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    // The writer of the line may have omitted fields that this version always writes.
    private static TurnRecord Turn(TurnRecord turn) =>
        turn is { Oob: not null, Asr: not null } ? turn with
        {
            Flags = turn.Flags ?? [],
            Agreement = turn.Agreement is { } agreement ? agreement with { Differences = agreement.Differences ?? [] } : null,
        }
        : throw new JsonException("A turn without transcripts is none.");

    private static AssistantReplied Answer(AssistantReplied answer) =>
        answer with { Text = answer.Text ?? "", Status = answer.Status ?? "completed" };
}
