using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Wire;

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
    private readonly PooledBufferWriter _line = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, Readable); // onto a line each time
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
            try
            {
                if (!TryWriteLine(direction, utf8)) WriteLine(direction, default, Encoding.UTF8.GetString(utf8));
                _file.Write(_line.Written.Span);
            }
            catch (IOException e)
            {
                // The session goes on; only the recording has a gap.
                Failure = e.Message;
                Lost++;
            }
            finally
            {
                _line.Return();
            }
        }
    }

    // False: it cannot be written as JSON. Half a surrogate pair is valid JSON that no writer accepts.
    private bool TryWriteLine(ReadOnlySpan<byte> direction, ReadOnlySpan<byte> utf8)
    {
        try
        {
            WriteLine(direction, utf8, asText: null);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            _line.Return();
            return false;
        }
    }

    private void WriteLine(ReadOnlySpan<byte> direction, ReadOnlySpan<byte> utf8, string? asText)
    {
        _json.Reset(_line);
        _json.WriteStartObject();
        _json.WriteNumber("t"u8, Math.Round(clock.GetElapsedTime(_start).TotalSeconds, 6));
        _json.WriteString("dir"u8, direction);
        _json.WritePropertyName("event"u8);
        if (asText is null) WriteEvent(utf8, keepAudio ? null : AudioField(RealtimeCodec.Peek(utf8, "type"u8)));
        else _json.WriteStringValue(asText);
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
    }

    // Token by token, as an event with sound is large and there are many of them. A string may be written with other escapes.
    private void WriteEvent(ReadOnlySpan<byte> utf8, string? audio)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    _json.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    _json.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    _json.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    _json.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName when audio is not null && reader.CurrentDepth == 1 && reader.ValueTextEquals(audio):
                    reader.Read();
                    _json.WriteString(audio, $"<{SoundBytes(ref reader)} bytes>");
                    break;
                case JsonTokenType.PropertyName when reader.ValueIsEscaped:
                    _json.WritePropertyName(reader.GetString()!);
                    break;
                case JsonTokenType.PropertyName:
                    _json.WritePropertyName(reader.ValueSpan);
                    break;
                case JsonTokenType.String when reader.ValueIsEscaped:
                    _json.WriteStringValue(reader.GetString());
                    break;
                case JsonTokenType.String:
                    _json.WriteStringValue(reader.ValueSpan);
                    break;
                default: // a number, true, false, null
                    _json.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
            }
        }
    }

    // The two events that carry audio, by their names in both API generations (docs/protocol.md 10).
    private static string? AudioField(string? type) => type switch
    {
        "input_audio_buffer.append" => "audio",
        "response.output_audio.delta" or "response.audio.delta" => "delta",
        _ => null,
    };

    // Of base64; whatever else stands there has none.
    private static int SoundBytes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return 0;
        }
        if (reader.ValueIsEscaped) return reader.TryGetBytesFromBase64(out var sound) ? sound.Length : 0;
        return Base64.IsValid(reader.ValueSpan, out var bytes) ? bytes : 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _json.Dispose();
    }
}
