using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Simulator.Session;

/// <summary>The course of one response: created, delay, deltas, then the scripted end or an earlier cancellation.</summary>
internal sealed class ResponseRun
{
    private readonly SessionContext _session;
    private readonly ReplyScript _script;
    private readonly Action<ResponseRun> _ended;
    private readonly ResponseEvents _events;
    private readonly InputTokenDetails _input;
    private readonly CallScript? _call;
    private readonly IReadOnlyList<Message> _messages;
    private readonly int _chunkMs;
    private readonly int _intervalMs;

    private bool _created;
    private bool _over;

    public ResponseRun(SessionContext session, ResponseRequest given, ReplyScript script, Action<ResponseRun> ended)
    {
        var request = script.Written ? given with { Audio = false } : given;
        _session = session;
        _script = script;
        _ended = ended;
        Request = request;
        _events = new ResponseEvents(session, request);
        _input = session.Meter.Input(request);
        _call = script.Call ?? (script.Text is null ? Reply.ForcedCall(request) : null);

        _chunkMs = script.ChunkMs ?? Defaults.ChunkMs;
        _intervalMs = script.IntervalMs ?? Defaults.IntervalMs;
        List<Message> messages = script.Preamble is { } preamble ? [Spoken(preamble.Text, preamble.AudioMs)] : [];
        if (_call is null) messages.Add(Spoken(Reply.Text(request, script), script.AudioMs));
        _messages = messages;
    }

    // One step sends an audio chunk with its words, or one word.
    private sealed record Message(IReadOnlyList<string> Words, int AudioMs, int Steps);

    public string Id => _events.Id;
    public ResponseRequest Request { get; }

    /// <summary>Audio sent so far, in milliseconds.</summary>
    public int AudioMs => _events.AudioMs;

    /// <summary>Fails with a token rate limit that resets after this many milliseconds; null where it does not.</summary>
    public int? RateLimitMs => _script.RateLimitMs;

    private Defaults Defaults => _session.Scenario.Defaults;

    public void Start() => After(_script.CreatedDelayMs ?? Defaults.CreatedDelayMs, () =>
    {
        Create();
        if (_script.Stalled) return;
        After(_script.DelayMs ?? (Request.OutOfBand ? Defaults.OobDelayMs : Defaults.AnswerDelayMs), Answer);
    });

    /// <summary>Ends the response early, at once or after the scripted delay; the part sent so far remains.</summary>
    public void Cancel(string reason)
    {
        if (_script.CancelDelayMs is { } ms and > 0) After(ms, () => EndEarly(reason));
        else EndEarly(reason);
    }

    private void EndEarly(string reason)
    {
        if (!_created) Create();
        End("cancelled", Details("cancelled", reason));
    }

    private Message Spoken(string text, int? audioMs)
    {
        var ms = Request.Audio ? audioMs ?? Reply.AudioMs(text) : 0;
        var chunks = (ms + _chunkMs - 1) / _chunkMs;
        var words = Words.Deltas(text, Request.Audio ? Math.Max(1, chunks) : _script.Deltas);
        return new Message(words, ms, Math.Max(chunks, words.Count));
    }

    private void After(int ms, Action what) => _session.After(ms, () => { if (!_over) what(); });

    private void Create()
    {
        _created = true;
        _events.Created();
    }

    private void Answer()
    {
        if (RateLimitMs is { } ms)
        {
            End("failed", Failure(Responses.OutOfTokens(ms)));
            return;
        }
        var speechless = _script.Status is ReplyStatus.Failed or ReplyStatus.Cancelled or ReplyStatus.Incomplete && _script.Text is null;
        if (speechless) EndAsScripted();
        else Say(0);
    }

    private void Say(int at)
    {
        if (at == _messages.Count)
        {
            if (_call is not null) _events.OpenCall(_call);
            EndAsScripted();
            return;
        }
        _events.OpenMessage();
        SpeakFrom(0, at);
    }

    private void SpeakFrom(int step, int at)
    {
        var message = _messages[at];
        for (; step < message.Steps; step++)
        {
            // With fewer words than chunks the words are spread over the audio; a word precedes its audio.
            for (var word = WordsBefore(message, step); word < WordsBefore(message, step + 1); word++) _events.Word(message.Words[word]);
            if (_events.ItemAudioMs < message.AudioMs) _events.Sound(Math.Min(_chunkMs, message.AudioMs - _events.ItemAudioMs));
            if (_intervalMs == 0 || step + 1 == message.Steps) continue;
            var next = step + 1;
            After(_intervalMs, () => SpeakFrom(next, at));
            return;
        }
        if (at + 1 < _messages.Count || _call is not null) _events.CloseItem("completed");
        Say(at + 1);
    }

    private static int WordsBefore(Message message, int step) => (step * message.Words.Count + message.Steps - 1) / message.Steps;

    private void EndAsScripted()
    {
        switch (_script.Status)
        {
            case ReplyStatus.Completed or ReplyStatus.Empty:
                End("completed", null);
                break;
            case ReplyStatus.Incomplete:
                End("incomplete", Details("incomplete", _script.Reason ?? "max_output_tokens"));
                break;
            case ReplyStatus.Cancelled:
                End("cancelled", Details("cancelled", _script.Reason ?? "client_cancelled"));
                break;
            case ReplyStatus.Failed:
                End("failed", Failure(_script.Error));
                break;
        }
    }

    private void End(string status, JsonObject? details)
    {
        _over = true;
        _events.Done(status, details, _input, _script);
        _ended(this);
    }

    private static JsonObject Details(string type, string reason) => new() { ["type"] = type, ["reason"] = reason };

    private static JsonObject Failure(ErrorScript? error) => new()
    {
        ["type"] = "failed",
        ["error"] = new JsonObject
        {
            ["type"] = error?.Type ?? "server_error",
            ["code"] = error?.Code ?? "server_error",
            ["message"] = error?.Message ?? "The server had an error while processing your request.",
        },
    };
}
