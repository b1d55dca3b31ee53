using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Session;

namespace RealtimeAkka.Simulator.Wire;

/// <summary>The connection as used by the session: sends in order, then ends in one of four ways.</summary>
internal interface IClientConnection
{
    void Send(string type, byte[] utf8);
    void Close(int code, string reason);
    void Stall(TimeSpan pause);
    void Abort();
    void AbortMidMessage(byte[] utf8);
    void FallSilent();
}

/// <summary>Turn and kind of response of an event, for faults that select by them.</summary>
internal readonly record struct Scope(int? Turn, bool OutOfBand = false);

/// <summary>Builds every server event, assigns its id and applies the scenario's faults.</summary>
internal sealed class Emitter(IClientConnection line, EventSchedule agenda, IdGenerator ids, IReadOnlyList<Fault> faults)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly int[] _matches = new int[faults.Count];
    private (string Type, byte[] Utf8)? _swapped;

    public void Emit(Scope scope, string type, params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, Plain))
        {
            Begin(json, type);
            foreach (var (name, value) in fields)
            {
                json.WritePropertyName(name);
                if (value is null) json.WriteNullValue(); else value.WriteTo(json);
            }
            json.WriteEndObject();
        }
        Out(scope, type, _buffer.WrittenSpan.ToArray());
    }

    /// <summary>One piece of assistant audio, written as base64 without an intermediate string.</summary>
    public void EmitAudio(Scope scope, string responseId, string itemId, ReadOnlySpan<byte> audio)
    {
        const string type = "response.output_audio.delta";
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, Plain))
        {
            Begin(json, type);
            json.WriteString("response_id", responseId);
            json.WriteString("item_id", itemId);
            json.WriteNumber("output_index", 0);
            json.WriteNumber("content_index", 0);
            json.WriteBase64String("delta", audio);
            json.WriteEndObject();
        }
        Out(scope, type, _buffer.WrittenSpan.ToArray());
    }

    /// <summary>Answers a client event with an error; <paramref name="clientEventId"/> is null where the service omits it.</summary>
    public void Error(RequestError refusal, string? clientEventId) =>
        Emit(default, "error", ("error", new JsonObject
        {
            ["type"] = refusal.Type,
            ["code"] = refusal.Code,
            ["message"] = refusal.Message,
            ["param"] = refusal.Param,
            ["event_id"] = clientEventId,
        }));

    private void Begin(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("event_id", ids.Next("event_"));
    }

    private void Out(Scope scope, string type, byte[] utf8)
    {
        for (var i = 0; i < faults.Count; i++)
        {
            var fault = faults[i];
            if (!Matches(fault, scope, type) || (++_matches[i] != fault.Nth && fault.Nth != 0)) continue;
            Spoil(fault, type, utf8);
            return;
        }
        line.Send(type, utf8);
        if (_swapped is not var (heldType, held)) return;
        _swapped = null;
        line.Send(heldType, held);
    }

    private static bool Matches(Fault fault, Scope scope, string type) =>
        (fault.On == "*" || fault.On == type)
        && (fault.Turn is null || fault.Turn == scope.Turn)
        && (fault.Oob is null || fault.Oob == scope.OutOfBand);

    private void Spoil(Fault fault, string type, byte[] utf8)
    {
        switch (fault.Do)
        {
            case FaultKind.Drop:
                break;
            case FaultKind.Duplicate:
                line.Send(type, utf8);
                line.Send(type, utf8);
                break;
            case FaultKind.Delay:
                agenda.After(TimeSpan.FromMilliseconds(fault.Ms), () => line.Send(type, utf8));
                break;
            case FaultKind.Swap:
                if (_swapped is var (heldType, held)) line.Send(heldType, held);
                _swapped = (type, utf8);
                break;
            case FaultKind.Stall:
                line.Send(type, utf8);
                line.Stall(TimeSpan.FromMilliseconds(fault.Ms));
                break;
            case FaultKind.Error:
                line.Send("error", JsonSerializer.SerializeToUtf8Bytes(new JsonObject
                {
                    ["type"] = "error", ["event_id"] = ids.Next("event_"), ["error"] = fault.Event!.DeepClone(),
                }));
                break;
            case FaultKind.Change:
                line.Send(type, Changed(utf8, fault.Event!));
                break;
            case FaultKind.Malformed:
                line.Send("", utf8[..(utf8.Length / 2)]);
                break;
            case FaultKind.Oversized:
                line.Send(type, Padded(utf8, fault.Bytes));
                break;
            case FaultKind.NullEventId:
                line.Send(type, WithoutEventId(utf8));
                break;
            case FaultKind.Inject:
                line.Send(type, utf8);
                line.Send(fault.Event!["type"]?.ToString() ?? "", JsonSerializer.SerializeToUtf8Bytes(fault.Event));
                break;
            case FaultKind.Close:
                line.Send(type, utf8);
                line.Close(fault.Code, fault.Reason ?? "");
                break;
            case FaultKind.Abort:
                line.Send(type, utf8);
                line.Abort();
                break;
            case FaultKind.AbortMidMessage:
                line.AbortMidMessage(utf8);
                break;
            case FaultKind.HalfOpen:
                line.Send(type, utf8);
                line.FallSilent();
                break;
        }
    }

    // Spaces before the closing brace keep the event valid, only oversized.
    private static byte[] Padded(byte[] utf8, int length)
    {
        if (length <= utf8.Length) return utf8;
        var padded = new byte[length];
        Array.Fill(padded, (byte)' ');
        utf8.AsSpan(..^1).CopyTo(padded);
        padded[^1] = (byte)'}';
        return padded;
    }

    private static byte[] Changed(byte[] utf8, JsonObject fields)
    {
        var json = (JsonObject)JsonNode.Parse(utf8)!;
        foreach (var (path, value) in fields)
        {
            var (at, names) = (json, path.Split('.'));
            foreach (var name in names[..^1])
            {
                if (at[name] is not JsonObject inner) at[name] = inner = [];
                at = inner;
            }
            at[names[^1]] = value?.DeepClone();
        }
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    private static byte[] WithoutEventId(byte[] utf8)
    {
        var json = (JsonObject)JsonNode.Parse(utf8)!;
        if (json["error"] is JsonObject error) error["event_id"] = null;
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }
}
