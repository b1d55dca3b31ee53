using System.Text;
using System.Text.Json;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Redaction;
using RealtimeAkka.Hosting.Report;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Pure.Tests.Sessions;

namespace RealtimeAkka.Pure.Tests.Redaction;

/// <summary>Calls with much to redact, and what they look like in each format.</summary>
internal static class RedactedCalls
{
    /// <summary>A call made up of every type of record, with words in every field that can hold some.</summary>
    public const string MadeUp = """
        {"type":"turn","session":"s-1","turn":1,"item_id":"item_AAA111","source":"vad","audio_start_ms":100,"audio_end_ms":2100,"oob":{"status":"completed","text":"Hi, my name is Dana Whitlock, spelled W-H-I-T-L-O-C-K.","response_id":"resp_BBB222","context":"full","attempts":1,"latency_ms":321,"usage":{"total_tokens":137,"note":"Dana Whitlock"},"cost_usd":0.004711,"error":null,"prompt":"861d26c50ed3"},"asr":{"status":"completed","text":"hi my name is dana wittlock spelled W H I T T L O C K","model":"gpt-transcribe","latency_ms":123,"usage":null,"cost_usd":0.000150,"error":null},"agreement":{"wer":0.2,"substitutions":1,"insertions":1,"deletions":0,"cer":0.1,"unit":"word","differences":[{"op":"substitute","oob":"Whitlock","asr":"wittlock"},{"op":"insert","oob":null,"asr":"T"}]},"flags":["labelled"],"entities":[{"kind":"name","oob":"Dana Whitlock","asr":"dana wittlock","state":"differs"},{"kind":"spelled","oob":"WHITLOCK","asr":"WHITTLOCK","state":"differs"}],"verdict":"conflict","reasons":["entity:name"],"confidence":0.4,"words":"Hi, my name is Dana Whitlock, spelled W-H-I-T-L-O-C-K.","started_ms":140,"ended_ms":2140}
        {"type":"assistant","session":"s-1","response_id":"resp_CCC333","turn":1,"item_id":"item_DDD444","status":"cancelled","text":"Thank you, Dana. Is it Whitlock with a C?","heard_ms":1200,"usage":null,"cost_usd":0.001300,"error":"rate limit of dana.whitlock@example.com reached","heard_text":"Thank you, Dana.","started_ms":2400}
        {"type":"hearing","session":"s-1","turn":1,"supported_by":"oob","evidence":"Is it Whitlock with a C?","words":"WHITLOCK","kind":"spelled","oob":"WHITLOCK","asr":"WHITTLOCK","source":"answer","text":"Hi, my name is Dana Whitlock."}
        {"type":"turn","session":"s-1","turn":2,"item_id":"item_EEE000","source":"vad","audio_start_ms":3000,"audio_end_ms":9000,"oob":{"status":"completed","text":"Write to dana.whitlock@example.com or call +1 (555) 867-5309, policy ABCD-7788.","response_id":"resp_FFF666","context":"full","attempts":1,"latency_ms":421,"usage":null,"cost_usd":0.005000,"error":null,"prompt":"861d26c50ed3"},"asr":{"status":"completed","text":"write to dana dot whitlock at example dot com or call five five five eight six seven five three zero nine policy A B C D 7 7 8 8","model":"gpt-transcribe","latency_ms":150,"usage":null,"cost_usd":0.000200,"error":null},"agreement":null,"flags":[],"entities":[{"kind":"email","oob":"dana.whitlock@example.com","asr":"dana.whitlock@example.com","state":"agreed"},{"kind":"phone","oob":"+15558675309","asr":"5558675309","state":"differs"}],"verdict":"conflict","reasons":["entity:phone"],"confidence":0.4,"words":null,"started_ms":3040,"ended_ms":9040}
        {"type":"tool","session":"s-1","tool":"find_policy","turn":2,"call_id":"call_GGG777","status":"completed","arguments":{"policy":"ABCD-7788","number":7788,"Whitlock":true,"nested":[{"mail":"dana.whitlock@example.com"}]},"output":"{\"owner\":\"Dana Whitlock\",\"born\":\"1981-07-09\",\"limit\":45600}","error":null,"id":"s-1/call_GGG777"}
        {"type":"task","session":"s-1","task":"summary","turn":2,"status":"completed","text":"Whitlock, Dana wants 45600 dollars by March 5th 2026.","value":{"caller":"Dana Whitlock","amount":45600,"facts":[{"fact":"Call 555-867-5309 at 14:30.","turn":2}]},"response_id":"resp_HHH888","context":"full","attempts":1,"prompt":"1234567890ab","usage":null,"cost_usd":0.002000,"error":null,"id":"s-1/summary/2","latency_ms":900}
        {"type":"notice","level":"info","code":"mishearing","message":"Turn 1: spelled WHITLOCK, transcription model WHITTLOCK"}
        {"type":"sentiment","session":"s-1","turn":2,"mood":"calm","who":{"Dana Whitlock":["dana.whitlock@example.com",5558675309]}}
        """;

    /// <summary>None of these is in any format of <see cref="MadeUp"/> when it is redacted.</summary>
    public static readonly string[] Secrets =
    [
        "Dana", "dana", "Whitlock", "whitlock", "WHITLOCK", "WHITTLOCK", "wittlock", "W-H-I", "W H I", "example", "555", "867", "five five", "7788",
        "ABCD", "A B C D", "45600", "1981", "March 5", "14:30",
    ];

    private static readonly RedactionSettings Default = Settings();

    /// <summary>What is redacted by default, for a session of this language.</summary>
    public static RedactionSettings Settings(string? language = null, params string[] patterns)
    {
        ConfigLayer[] layers = language is null ? [] : [Shipped.Set("session.language", language)];
        return RedactionPlanner.Plan(Repository.At("hocon"), Repository.Root, layers, patterns);
    }

    /// <summary>Records from JSON lines.</summary>
    public static IReadOnlyList<RecordLine> Lines(string jsonl) =>
        [.. new RecordReader(new MemoryStream(Encoding.UTF8.GetBytes(jsonl))).Read()];

    /// <summary>Records redacted.</summary>
    public static IReadOnlyList<RecordLine> Redact(IReadOnlyList<RecordLine> lines, params string[] patterns) =>
        new RecordRedactor(patterns.Length == 0 ? Default : Settings(null, patterns), lines).Redact(lines);

    /// <summary>The raw output of every format.</summary>
    public static IEnumerable<(string Format, string Text)> Formats(IReadOnlyList<RecordLine> lines)
    {
        using var data = new Recorded().Session("s-20261122-084500-ffffffffffffffff", summary: Recorded.Summary(0.04m, 0.002m));
        var session = RecordedSession.Read(data.Folder("s-20261122-084500-ffffffffffffffff"));
        var export = new SessionExport(lines);
        yield return ("jsonl", string.Join('\n', export.Jsonl()));
        yield return ("md", string.Join('\n', export.Markdown(session)));
        yield return ("srt", string.Join('\n', export.SubRip()));
        yield return ("vtt", string.Join('\n', export.WebVtt()));
        yield return ("csv", string.Join('\n', export.Csv()));
        yield return ("html", CallPage.Html(CallReport.Of(session, lines, CallEvents.None) with { IsRedacted = true }, null, new CallSound.None()));
    }

    /// <summary>Every string and number of a record with its path, and every name of a field as a string.</summary>
    public static IEnumerable<(string Path, string Value, bool IsNumber)> Values(JsonElement json, string path = "")
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    foreach (var value in Values(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}")) yield return value;
                }
                break;
            case JsonValueKind.Array:
                foreach (var value in json.EnumerateArray().SelectMany(item => Values(item, path + "[]"))) yield return value;
                break;
            case JsonValueKind.String:
                yield return (path, json.GetString()!, false);
                break;
            case JsonValueKind.Number:
                yield return (path, json.GetRawText(), true);
                break;
            default:
                break;
        }
    }
}
