using RealtimeAkka.Invariants;

namespace RealtimeAkka.Pure.Tests.Invariants;

/// <summary>
/// The evidence of a valid session, with methods to forge it: two turns, the second on a new connection, because the first
/// connection broke after the second turn's item (i2) was committed; the item came again as j1.
/// </summary>
internal sealed record ForgedSession(string Wire, string Output)
{
    public static readonly ForgedSession Good = new(
        """
        {"t":0.1,"dir":"received","event":{"type":"session.created","session":{"id":"s1"}}}
        {"t":0.1,"dir":"sent","event":{"type":"session.update","event_id":"u1","session":{"type":"realtime","audio":{}}}}
        {"t":0.2,"dir":"received","event":{"type":"session.updated","session":{"id":"s1"}}}
        {"t":0.3,"dir":"sent","event":{"type":"input_audio_buffer.append","audio":"<48000 bytes>"}}
        {"t":1.0,"dir":"received","event":{"type":"input_audio_buffer.committed","item_id":"i1"}}
        {"t":1.0,"dir":"sent","event":{"type":"response.create","event_id":"oob_1","response":{"conversation":"none","tools":[],"tool_choice":"none","metadata":{"oob":"transcription","item_id":"i1","turn":"1","attempt":"1"}}}}
        {"t":1.1,"dir":"received","event":{"type":"conversation.item.added","item":{"id":"i1","role":"user","content":[{"type":"input_audio"}]}}}
        {"t":1.2,"dir":"received","event":{"type":"response.created","response":{"id":"a1"}}}
        {"t":1.2,"dir":"received","event":{"type":"response.created","response":{"id":"r1","metadata":{"oob":"transcription","item_id":"i1","turn":"1","attempt":"1"}}}}
        {"t":1.3,"dir":"received","event":{"type":"response.output_audio.delta","response_id":"a1","delta":"<9600 bytes>"}}
        {"t":1.4,"dir":"received","event":{"type":"response.done","response":{"id":"a1","status":"completed","output":[{"content":[{"transcript":"Yes?"}]}],"usage":{"output_tokens":1000,"output_token_details":{"audio_tokens":1000}}}}}
        {"t":1.5,"dir":"received","event":{"type":"response.done","response":{"id":"r1","status":"completed","metadata":{"oob":"transcription","item_id":"i1","turn":"1","attempt":"1"},"output":[{"content":[{"text":"Hello."}]}],"usage":{"output_tokens":100,"input_token_details":{"text_tokens":500}}}}}
        {"t":1.6,"dir":"received","event":{"type":"conversation.item.input_audio_transcription.completed","item_id":"i1","transcript":"hello","usage":{"type":"duration","seconds":1.2}}}
        {"t":2.0,"dir":"received","event":{"type":"input_audio_buffer.committed","item_id":"i2"}}
        {"t":3.0,"dir":"received","event":{"type":"session.created","session":{"id":"s2"}}}
        {"t":3.1,"dir":"received","event":{"type":"session.updated","session":{"id":"s2"}}}
        {"t":3.1,"dir":"sent","event":{"type":"conversation.item.create","item":{"type":"message","id":"old","role":"user","content":[{"type":"input_text","text":"Hello."}]}}}
        {"t":3.2,"dir":"received","event":{"type":"conversation.item.added","item":{"id":"old","role":"user","content":[{"type":"input_text","text":"Hello."}]}}}
        {"t":3.3,"dir":"sent","event":{"type":"input_audio_buffer.append","audio":"<48000 bytes>"}}
        {"t":4.0,"dir":"received","event":{"type":"input_audio_buffer.committed","item_id":"j1"}}
        {"t":4.1,"dir":"received","event":{"type":"conversation.item.added","item":{"id":"j1","role":"user","content":[{"type":"input_audio"}]}}}
        {"t":4.2,"dir":"sent","event":{"type":"response.create","event_id":"oob_2","response":{"conversation":"none","tools":[],"input":[{"type":"item_reference","id":"old"},{"type":"item_reference","id":"j1"}],"metadata":{"oob":"transcription","item_id":"j1","turn":"2","attempt":"1"}}}}
        {"t":4.3,"dir":"received","event":{"type":"response.created","response":{"id":"r2","metadata":{"oob":"transcription","item_id":"j1","turn":"2","attempt":"1"}}}}
        {"t":4.4,"dir":"received","event":{"type":"response.done","response":{"id":"r2","status":"completed","metadata":{"oob":"transcription","item_id":"j1","turn":"2","attempt":"1"},"output":[{"content":[{"text":"Goodbye."}]}],"usage":{"output_tokens":100,"input_token_details":{"text_tokens":500}}}}}
        {"t":9.0,"dir":"sent","event":{"type":"response.cancel","response_id":"r2"}}
        """,
        """
        {"type":"session","model":"gpt-realtime-2.1","asr_model":"gpt-transcribe"}
        {"type":"turn","turn":1,"item_id":"i1","oob":{"status":"completed","text":"Hello.","response_id":"r1","attempts":1,"cost_usd":0.004400},"asr":{"status":"completed","text":"hello","cost_usd":0.000150}}
        {"type":"assistant","response_id":"a1","text":"Yes?","heard_ms":200}
        {"type":"turn","turn":2,"item_id":"j1","oob":{"status":"completed","text":"Goodbye.","response_id":"r2","attempts":1,"cost_usd":0.004400},"asr":{"status":"timed_out","text":null,"cost_usd":0.000000}}
        {"type":"summary","turns":2,"oob":{"usd":0.008800},"asr":{"usd":0.000150},"conversation":{"usd":0.064000},"tasks":{"usd":0.000000},"audio":{"sent_ms":1000,"played_ms":200,"unplayed_ms":0}}
        """);

    /// <summary>The same evidence with a piece replaced, which must occur in it.</summary>
    public ForgedSession With(string piece, string forged)
    {
        Assert.Contains(piece, Wire + Output, StringComparison.Ordinal);
        return new(Wire.Replace(piece, forged, StringComparison.Ordinal), Output.Replace(piece, forged, StringComparison.Ordinal));
    }

    /// <summary>The same evidence with one more line: at the end of the wire log, or before the summary of the output.</summary>
    public ForgedSession And(string line) => line.StartsWith("{\"t\"", StringComparison.Ordinal)
        ? this with { Wire = $"{Wire}\n{line}" }
        : this with { Output = Output.Replace("{\"type\":\"summary\"", $"{line}\n{{\"type\":\"summary\"", StringComparison.Ordinal) };

    public IReadOnlyList<string> Violations(SessionBounds? bounds = null) =>
        SessionJudge.Judge(Wire.Split('\n'), Output.Split('\n'), bounds);
}
