using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Net;

/// <summary>
/// Records every event on the wire as one JSON line: <c>{"t":...,"dir":"sent|received","event":{...}}</c>, with <c>t</c> in
/// seconds since the recording began. Audio is replaced by its length in bytes unless it is to be kept. What no event says is recorded by
/// <paramref name="timeline"/> on the same clock; null: nothing.
/// </summary>
public sealed class WireRecorder(string path, bool keepAudio, TimeProvider clock, TimelineRecorder? timeline = null) : IDisposable
{
    // For people to read; the lines are never embedded in HTML.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new(); // one send and one receive may run concurrently
    private readonly LineFile _file = new(path);
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly ArrayBufferWriter<byte> _event = new(4096);
    private readonly long _start = timeline?.Start ?? clock.GetTimestamp();

    /// <summary>Records the connections; null: they are not recorded.</summary>
    public TimelineRecorder? Timeline => timeline;

    /// <summary>Events that could not be written.</summary>
    public long Lost { get; private set; }

    /// <summary>The reason of the last failure; null: every event was written.</summary>
    public string? Failure { get; private set; }

    /// <summary>Records an event sent by this program.</summary>
    public void Sent(ReadOnlySpan<byte> utf8) => Write("sent"u8, utf8);

    /// <summary>Records a received frame; one that is not valid JSON is kept as text.</summary>
    public void Received(ReadOnlySpan<byte> utf8) => Write("received"u8, utf8);

    private void Write(ReadOnlySpan<byte> direction, ReadOnlySpan<byte> utf8)
    {
        lock (_lock)
        {
            _line.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(_line, Readable))
            {
                writer.WriteStartObject();
                writer.WriteNumber("t"u8, Math.Round(clock.GetElapsedTime(_start).TotalSeconds, 6));
                writer.WriteString("dir"u8, direction);
                writer.WritePropertyName("event"u8);
                WriteEvent(writer, utf8);
                writer.WriteEndObject();
            }
            _line.Write("\n"u8);
            try
            {
                _file.Write(_line.WrittenSpan);
            }
            catch (IOException e)
            {
                // The session goes on; only the recording has a gap.
                Failure = e.Message;
                Lost++;
            }
        }
    }

    // Uses its own buffer: a frame that fails halfway (half a surrogate pair is valid JSON that no writer accepts) must not break the line.
    private void WriteEvent(Utf8JsonWriter writer, ReadOnlySpan<byte> utf8)
    {
        _event.ResetWrittenCount();
        try
        {
            using var json = JsonDocument.Parse(utf8.ToArray());
            using var apart = new Utf8JsonWriter(_event, Readable);
            WriteEvent(apart, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            writer.WriteStringValue(Encoding.UTF8.GetString(utf8));
            return;
        }
        writer.WriteRawValue(_event.WrittenSpan, skipInputValidation: true);
    }

    private void WriteEvent(Utf8JsonWriter writer, JsonElement root)
    {
        if (keepAudio || root.ValueKind != JsonValueKind.Object || AudioField(root) is not { } audio)
        {
            root.WriteTo(writer);
            return;
        }
        writer.WriteStartObject();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == audio) writer.WriteString(audio, $"<{Length(property.Value)} bytes>");
            else property.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    // The two events that carry audio, by their names in both API generations (docs/protocol.md 10).
    private static string? AudioField(JsonElement root) =>
        root.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String
        ? type.GetString() switch
        {
            "input_audio_buffer.append" => "audio",
            "response.output_audio.delta" or "response.audio.delta" => "delta",
            _ => null,
        }
        : null;

    private static int Length(JsonElement base64) =>
        base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var bytes) ? bytes.Length : 0;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
