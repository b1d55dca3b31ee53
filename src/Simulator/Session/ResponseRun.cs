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
    private readonly IReadOnlyList<string> _words;
    private readonly int _steps;
    private readonly int _audioMs;
    private readonly int _chunkMs;
    private readonly int _intervalMs;

    private bool _created;
    private bool _over;

    public ResponseRun(SessionContext session, ResponseRequest request, ReplyScript script, Action<ResponseRun> ended)
    {
        _session = session;
        _script = script;
        _ended = ended;
        Request = request;
        _events = new ResponseEvents(session, request);
        _input = session.Meter.Input(request);
        _call = script.Call ?? (script.Text is null ? Reply.ForcedCall(request) : null);

        // One step sends an audio chunk with its words, or one word.
        var text = Reply.Text(request, script);
        _chunkMs = script.ChunkMs ?? Defaults.ChunkMs;
        _intervalMs = script.IntervalMs ?? Defaults.IntervalMs;
        _audioMs = request.Audio ? script.AudioMs ?? Reply.AudioMs(text) : 0;
        var chunks = (_audioMs + _chunkMs - 1) / _chunkMs;
        _words = Words.Deltas(text, request.Audio ? Math.Max(1, chunks) : script.Deltas);
        _steps = Math.Max(chunks, _words.Count);
    }

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

    /// <summary>Ends the response early; the part sent so far remains.</summary>
    public void Cancel(string reason)
    {
        if (!_created) Create();
        End("cancelled", Details("cancelled", reason));
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
        if (_call is not null) _events.OpenCall(_call);
        else if (!speechless)
        {
            _events.OpenMessage();
            SpeakFrom(0);
            return;
        }
        EndAsScripted();
    }

    private void SpeakFrom(int step)
    {
        for (; step < _steps; step++)
        {
            // With fewer words than chunks the words are spread over the audio; a word precedes its audio.
            for (var word = WordsBefore(step); word < WordsBefore(step + 1); word++) _events.Word(_words[word]);
            if (AudioMs < _audioMs) _events.Sound(Math.Min(_chunkMs, _audioMs - AudioMs));
            if (_intervalMs == 0 || step + 1 == _steps) continue;
            var next = step + 1;
            After(_intervalMs, () => SpeakFrom(next));
            return;
        }
        EndAsScripted();
    }

    private int WordsBefore(int step) => (step * _words.Count + _steps - 1) / _steps;

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
        _events.Done(status, details, _input, _script.Usage);
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
