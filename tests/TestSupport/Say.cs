using System.Text.Json;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.TestSupport;

/// <summary>Short constructors of server events.</summary>
internal static class Say
{
    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    public static SpeechStarted Started(string item, long ms = 0) => new(new ItemId(item), ms);

    public static SpeechStopped Stopped(string item, long ms) => new(new ItemId(item), ms);

    public static InputCommitted Committed(string item, string? after = null) => new(new ItemId(item), Id(after));

    public static InputTimedOut TimedOut(string item, long from = 0, long to = 0) => new(new ItemId(item), from, to);

    public static ItemAdded Added(string item, string role = "user", string? after = null) =>
        new(new ConversationItem("message", new ItemId(item), Role: role), Id(after));

    public static ItemAdded Spoken(string item, string? after = null) =>
        new(new ConversationItem("message", new ItemId(item), Role: "user", Content: [new ContentPart("input_audio")]), Id(after));

    public static ItemDone ItemDone(string item, string role = "user", string? after = null) =>
        new(new ConversationItem("message", new ItemId(item), Role: role), Id(after));

    public static ItemDeleted Deleted(string item) => new(new ItemId(item));

    public static AsrCompleted Asr(string item, string text, string? usage = null) =>
        new(new ItemId(item), text, usage is null ? null : RawJson.Parse(usage));

    public static AsrFailed AsrFailed(string item, string code) => new(new ItemId(item), new ErrorDetail(Code: code));

    public static ResponseCreated Created(string response, Dictionary<string, string>? metadata = null) =>
        new(new ResponseState(new ResponseId(response), "in_progress", Metadata: metadata));

    public static ResponseDone Done(
        string response, string? text = null, string status = "completed", string? usage = null, string? reason = null,
        ErrorDetail? error = null,
        Dictionary<string, string>? metadata = null) =>
        new(new ResponseState(
            new ResponseId(response), status, reason is null && error is null ? null : new ResponseStatusDetails(status, reason, error),
            text is null ? [] : [new ConversationItem("message", Content: [new ContentPart("output_text", text)])], Metadata: metadata,
            Usage: usage is null ? null : RawJson.Parse(usage)));

    /// <summary>A response with a function call.</summary>
    public static ResponseDone Called(
        string response, string arguments, string function = "report_policy", string? call = null, string? usage = null) =>
        new(new ResponseState(new ResponseId(response), "completed",
        Output: [new ConversationItem("function_call", CallId: call, Name: function, Arguments: arguments)],
        Usage: usage is null ? null : RawJson.Parse(usage)));

    public static OutputItemAdded Output(string response, string item) =>
        new(new ResponseId(response), new ConversationItem("message", new ItemId(item), Role: "assistant"));

    public static OutputAudioDelta Sound(string response, string item, int bytes = 960) =>
        new(new ResponseId(response), new ItemId(item), new byte[bytes]);

    public static OutputAudioDone SoundDone(string response, string item) => new(new ResponseId(response), new ItemId(item));

    public static OutputTranscriptDelta Said(string response, string delta, string item = "a1") =>
        new(new ResponseId(response), new ItemId(item), delta);

    public static OutputTextDelta Text(string response, string item, string delta) =>
        new(new ResponseId(response), new ItemId(item), delta);

    public static ServerError Error(string? code, string? eventId = null, string? message = null, string? type = "invalid_request_error") =>
        new(new ErrorDetail(type, code, message, null, eventId));

    /// <summary>The metadata that the server echoes for an out-of-band request.</summary>
    public static Dictionary<string, string> Metadata(string item, int turn = 1, int attempt = 1, string task = "transcription") =>
        new() { ["oob"] = task, ["item_id"] = item, ["turn"] = $"{turn}", ["attempt"] = $"{attempt}" };

    private static ItemId? Id(string? item) => item is null ? null : new ItemId(item);
}
