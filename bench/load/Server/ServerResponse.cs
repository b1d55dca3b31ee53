using System.Text;
using System.Text.Json;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>The course of one response: created, delay, one delta per interval, end. Audio in the conversation, text out of band.</summary>
internal sealed class ServerResponse
{
    private const string Created = "in_progress", Completed = "completed", Cancelled = "cancelled";

    private static readonly byte[][] Voice = Chunks(sound => sound), LawVoice = Chunks(Call.MuLaw);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(ServerSession.Delays.IntervalMs);

    private readonly ServerSession _session;
    private readonly ServerLine _line;
    private readonly string _metadata;
    private readonly string _text;
    private readonly string[] _words;
    private readonly int _steps;
    private readonly InputTokens _input;

    private string? _item;
    private string _before = "null";
    private int _saidWords, _audioMs;
    private bool _over;

    public ServerResponse(ServerSession session, JsonElement request)
    {
        (_session, _line) = (session, session.Line);
        var asked = request.ValueKind == JsonValueKind.Object;
        OutOfBand = asked && request.TryGetProperty("conversation", out var conversation) && conversation.ValueEquals("none"u8);
        _metadata = asked && request.TryGetProperty("metadata", out var metadata) ? metadata.GetRawText() : "null";
        _text = OutOfBand ? Call.Heard(session.Turn, "the model") : Call.Answer(session.Turn);
        _words = Words.Of(_text);
        _steps = OutOfBand ? _words.Length : Voice.Length;
        var instructions = asked && request.TryGetProperty("instructions", out var given) ? given.GetString()!
            : session.Settings.Instructions;
        _input = session.Context.Input(OutOfBand, instructions.Length);
    }

    public string Id { get; } = Ids.Next("resp_");
    public bool OutOfBand { get; }

    private string Said => string.Concat(_words.AsSpan(0, _saidWords));

    public void Start()
    {
        _line.Send("response.created", $"""
            "response":{Json(Created, "null", "", "null")}
            """);
        After(TimeSpan.FromMilliseconds(OutOfBand ? ServerSession.Delays.OobDelayMs : ServerSession.Delays.AnswerDelayMs), Open);
    }

    /// <summary>Ends the response early; the part sent so far remains.</summary>
    public void Cancel(string reason) => End(Cancelled, $$"""{"type":"cancelled","reason":"{{reason}}"}""");

    private void After(TimeSpan delay, Action what) => _session.After(delay, () => { if (!_over) what(); });

    private void Open()
    {
        _item = Ids.Next("item_");
        var item = Item(Created, "");
        _line.Send("response.output_item.added", $"""
            "response_id":"{Id}","output_index":0,"item":{item}
            """);
        if (!OutOfBand)
        {
            _before = ServerSession.Quoted(_session.Append(_item));
            _line.Send("conversation.item.added", $"""
                "previous_item_id":{_before},"item":{item}
                """);
        }
        _line.Send("response.content_part.added", $"""
            {Place},"part":{Part("")}
            """);
        SpeakFrom(0);
    }

    private void SpeakFrom(int step)
    {
        // The words are spread over the audio; a word precedes its audio.
        for (; _saidWords < ((step + 1) * _words.Length + _steps - 1) / _steps; _saidWords++) Word(_words[_saidWords]);
        if (!OutOfBand) Sound(step);
        if (step + 1 < _steps) After(Interval, () => SpeakFrom(step + 1));
        else End(Completed, "null");
    }

    private void Word(string word) => _line.Send(OutOfBand ? "response.output_text.delta" : "response.output_audio_transcript.delta", $"""
        {Place},"delta":"{word}","obfuscation":"{Words.Obfuscation(word)}"
        """);

    private void Sound(int chunk)
    {
        _audioMs += ServerSession.Delays.ChunkMs;
        _line.Send("response.output_audio.delta", $"""
            {Place},"delta":"{(_session.Settings.Sound == SoundFormat.MuLaw ? LawVoice : Voice)[chunk]}"
            """);
        _session.Context.Answering(_item!, _audioMs);
    }

    private void End(string status, string details)
    {
        _over = true;
        var item = _item is null ? "" : Close(status == Completed ? Completed : "incomplete");
        if (!OutOfBand) _session.Context.Answered(Said, _audioMs);
        _line.Send("response.done", $"""
            "response":{Json(status, details, item, Context.Usage(_input, Said, _audioMs))}
            """);
        _session.Ended(this);
    }

    private string Close(string status)
    {
        if (OutOfBand)
        {
            _line.Send("response.output_text.done", $"""
                {Place},"text":"{Said}"
                """);
        }
        else
        {
            _line.Send("response.output_audio.done", $"{Place}");
            _line.Send("response.output_audio_transcript.done", $"""
                {Place},"transcript":"{Said}"
                """);
        }
        _line.Send("response.content_part.done", $"""
            {Place},"part":{Part(Said)}
            """);
        var item = Item(status, OutOfBand ? $$"""{"type":"output_text","text":"{{Said}}"}"""
            : $$"""{"type":"output_audio","transcript":"{{Said}}"}""");
        if (!OutOfBand)
        {
            _line.Send("conversation.item.done", $"""
                "previous_item_id":{_before},"item":{item}
                """);
        }
        _line.Send("response.output_item.done", $"""
            "response_id":"{Id}","output_index":0,"item":{item}
            """);
        return item;
    }

    private string Place => $"\"response_id\":\"{Id}\",\"item_id\":\"{_item}\",\"output_index\":0,\"content_index\":0";

    private string Part(string text) =>
        OutOfBand ? $$"""{"type":"text","text":"{{text}}"}""" : $$"""{"type":"audio","transcript":"{{text}}"}""";

    private string Item(string status, string content) =>
        $$"""{"id":"{{_item}}","type":"message","role":"assistant","status":"{{status}}","content":[{{content}}]}""";

    private string Json(string status, string details, string item, string usage)
    {
        var (conversation, modality) = OutOfBand ? ("null", "text") : (ServerSession.Quoted(_session.ConversationId), "audio");
        return $$$"""
            {"object":"realtime.response","id":"{{{Id}}}","status":"{{{status}}}","status_details":{{{details}}},"output":[{{{item}}}],"conversation_id":{{{conversation}}},"output_modalities":["{{{modality}}}"],"max_output_tokens":"inf","audio":{"output":{"format":{{{_session.Settings.Format}}},"voice":"{{{_session.Settings.Voice}}}"}},"usage":{{{usage}}},"metadata":{{{_metadata}}}}
            """;
    }

    // Pieces of a humming tone, as base64.
    private static byte[][] Chunks(Func<byte[], byte[]> encode)
    {
        var chunk = TimeSpan.FromMilliseconds(ServerSession.Delays.ChunkMs);
        var sound = Call.Tone(165, 4000, TimeSpan.FromMilliseconds(Call.AnswerMs));
        return [.. sound.Chunk(Pcm.Bytes(chunk)).Select(pcm => Encoding.ASCII.GetBytes(Convert.ToBase64String(encode(pcm))))];
    }
}

/// <summary>Splits text into deltas as the service does: each word with the space before it.</summary>
internal static class Words
{
    public static string[] Of(string text) => [.. text.Split(' ').Select((word, i) => i == 0 ? word : " " + word)];

    /// <summary>Padding that hides the length of the delta.</summary>
    public static string Obfuscation(string delta) => new('x', 16 - delta.Length % 16);
}
