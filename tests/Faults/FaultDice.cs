using System.Text.Json.Nodes;

namespace RealtimeAkka.Faults;

/// <summary>
/// Generates a scenario from a seed, deterministically: late, missing, failed and rejected transcripts; single events that are dropped,
/// repeated, late, swapped, malformed or unknown; stalls; a slow server; and, if requested, connections that break at any
/// moment, also several times in a row. Bounded so that a session takes seconds.
/// </summary>
public sealed class FaultDice
{
    private const string Asr = "conversation.item.input_audio_transcription.";

    private static readonly string[] Events =
    [
        "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added",
        "conversation.item.done",
        Asr + "delta", Asr + "completed", Asr + "failed", "response.created", "response.output_item.added", "response.output_text.delta",
        "response.output_text.done",
        "response.output_audio.delta", "response.done", "rate_limits.updated", "error", "*",
    ];

    // A connection may break after any of these; the first two only from the second connection on.
    private static readonly string[] Moments =
    [
        "session.created", "session.updated", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed", "conversation.item.added",
        Asr + "completed", "response.created", "response.output_text.delta", "response.output_audio.delta", "response.done",
        "rate_limits.updated",
    ];

    private readonly Random _random;

    private FaultDice(int seed) => _random = new Random(seed);

    /// <summary>A scenario in which no connection breaks.</summary>
    public static FaultScenario WithoutBreaks(int seed) => new FaultDice(seed).Throw($"seed {seed}", content: true, breaks: false);

    /// <summary>A scenario in which connections break; for odd seeds there is no other fault.</summary>
    public static FaultScenario WithBreaks(int seed) =>
        new FaultDice(seed).Throw($"seed {seed} with breaks", content: seed % 2 == 0, breaks: true);

    private FaultScenario Throw(string name, bool content, bool breaks)
    {
        var call = new SpokenCall(_random.Next(2, 6));
        var script = new JsonObject
        {
            ["defaults"] = new JsonObject
            {
                ["asr_delay_ms"] = _random.Next(0, 400), ["oob_delay_ms"] = _random.Next(0, 300),
                ["answer_delay_ms"] = _random.Next(0, 100),
                ["created_delay_ms"] = Maybe(0.3) ? _random.Next(0, 300) : 0, ["interval_ms"] = _random.Next(0, 4),
                ["rate_limits_delay_ms"] = _random.Next(0, 60),
            },
            ["turns"] = new JsonArray([.. Enumerable.Range(1, call.Turns.Count).Select(turn => (JsonNode)Turn(call, turn, content))]),
        };
        if (content) script["connection"] = Connection(call);
        if (breaks) script["connections"] =
            new JsonArray([.. Enumerable.Range(1, _random.Next(1, 5)).Select(number => (JsonNode)Broken(call, number))]);
        return new FaultScenario(name, call, script, Settings(breaks));
    }

    private Dictionary<string, string> Settings(bool breaks)
    {
        var settings = new Dictionary<string, string>(breaks ? FaultScenario.DeadlinesBeyondADeadLine : FaultScenario.ShortDeadlines)
        {
            ["out-of-band.context"] = OneOf("full", "full", "last", "last:2"),
            ["echo.mode"] = OneOf("mute", "barge-in"),
            ["mic.frame"] = OneOf("40 ms", "100 ms"),
        };
        if (breaks) settings["shutdown.drain"] = "40 s"; // four connections that die unnoticed take 18 s
        if (Maybe(0.2)) settings["out-of-band.max-in-flight"] = "1";
        if (Maybe(0.1)) settings["session.asr-model"] = "none";
        return settings;
    }

    private JsonObject Turn(SpokenCall call, int number, bool content)
    {
        var turn = new JsonObject { ["words"] = call.Vocabulary(number), ["answer"] = Answer() };
        if (content && Maybe(0.4)) turn["asr"] = Transcript();
        if (content && Maybe(0.5)) turn["oob"] = Maybe(0.5) ? new JsonObject { ["first"] = new JsonArray(Reply()) } : Reply();
        return turn;
    }

    private JsonObject Transcript() => _random.Next(9) switch
    {
        6 => new JsonObject { ["failed_first"] = new JsonObject { ["code"] = "server_error" } },
        7 => new JsonObject { ["transcript"] = OneOf("Thank you for watching!", "Thank you.", "ご視聴ありがとうございました") },
        8 => new JsonObject { ["transcript"] = string.Concat(Enumerable.Repeat("and then ", _random.Next(10, 60))) },
        0 => new JsonObject { ["error"] = new JsonObject { ["code"] = "audio_unintelligible" } },
        1 => new JsonObject { ["silent"] = true },
        2 => new JsonObject { ["transcript"] = "" },
        3 => new JsonObject { ["delay_ms"] = _random.Next(1600, 2500) }, // after its deadline
        4 => new JsonObject { ["transcript"] = string.Concat(Enumerable.Repeat("größe 大 🙂 ", _random.Next(1, Maybe(0.1) ? 80_000 : 50))),
            ["deltas"] = 1 },
        _ => new JsonObject { ["delay_ms"] = _random.Next(400, 1400) },
    };

    private JsonObject Reply() => _random.Next(13) switch
    {
        10 => new JsonObject // runs away
        {
            ["text"] = string.Concat(Enumerable.Repeat("and then I said ", 200)), ["deltas"] = 200, ["interval_ms"] = 1,
            ["cancel_delay_ms"] = OneOf(0, 50, 400),
        },
        11 => new JsonObject { ["output"] = OneOf("empty", "null") },
        12 => new JsonObject { ["text"] = "Untertitel der Amara.org-Community" },
        0 => new JsonObject { ["status"] = "failed" },
        1 => new JsonObject { ["status"] = "incomplete", ["text"] = "Only half of" },
        2 => new JsonObject { ["status"] = "cancelled" },
        3 => new JsonObject { ["status"] = "empty" },
        4 => new JsonObject { ["reject"] = new JsonObject { ["code"] = "server_busy", ["without_event_id"] = Maybe(0.5) } },
        5 => new JsonObject { ["silent"] = true },
        6 => new JsonObject { ["stalled"] = true },
        7 => new JsonObject { ["rate_limit_ms"] = _random.Next(50, 900) },
        8 => new JsonObject { ["delay_ms"] = _random.Next(1800, 2600) }, // close to its deadline
        _ => new JsonObject { ["created_delay_ms"] = _random.Next(500, 1000) }, // close to the retry
    };

    private JsonObject Answer() => _random.Next(20) switch
    {
        3 => new JsonObject { ["text"] = "Go on.", ["written"] = true },
        4 => new JsonObject { ["text"] = "Go on.", ["audio_ms"] = 300, ["output"] = OneOf("empty", "null") },
        5 => new JsonObject
        {
            ["text"] = "Go on.", ["audio_ms"] = 300, ["preamble"] = new JsonObject { ["text"] = "One moment.", ["audio_ms"] = 200 },
        },
        6 => new JsonObject { ["stalled"] = true },
        7 => new JsonObject { ["text"] = "Go on.", ["audio_ms"] = 900, ["cancel_delay_ms"] = _random.Next(50, 600) },
        8 => new JsonObject { ["text"] = "Go on.", ["audio_ms"] = 300, ["first"] = new JsonArray(new JsonObject { ["status"] = "failed" }) },
        0 => new JsonObject { ["silent"] = true },
        1 => new JsonObject { ["status"] = "failed" },
        2 => new JsonObject { ["text"] = "Half an answ", ["status"] = "incomplete", ["audio_ms"] = 200 },
        _ => new JsonObject { ["text"] = "Go on.", ["audio_ms"] = _random.Next(100, 900) },
    };

    private JsonObject Connection(SpokenCall call)
    {
        var connection = new JsonObject
            { ["faults"] = new JsonArray([.. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => (JsonNode)Fault(call))]) };
        if (Maybe(0.1)) connection["read_delay_ms"] = _random.Next(1, 8);
        if (Maybe(0.1))
            connection["stop_reading"] = new JsonObject { ["after_audio_ms"] = _random.Next(0, 3000), ["for_ms"] = _random.Next(100, 900) };
        return connection;
    }

    private JsonObject Fault(SpokenCall call)
    {
        var fault = new JsonObject { ["on"] = OneOf(Events), ["nth"] = _random.Next(1, 4) };
        if (Maybe(0.4)) fault["turn"] = _random.Next(1, call.Turns.Count + 1);
        if (Maybe(0.4)) fault["oob"] = Maybe(0.5);
        switch (_random.Next(12))
        {
            case 10: // a time that is none
                (fault["on"], fault["do"]) = (OneOf("input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped"), "change");
                fault["event"] = new JsonObject { ["audio_start_ms"] = 1.79e12, ["audio_end_ms"] = 1.79e12 };
                fault.Remove("oob");
                break;
            case 11: // usage that does not say what it is of
                (fault["on"], fault["do"]) = ("response.done", "change");
                fault["event"] = new JsonObject { ["response"] = new JsonObject { ["usage"] = new JsonObject { ["total_tokens"] = 500 } } };
                break;
            case 0 or 1: fault["do"] = "drop"; break;
            case 2: fault["do"] = "duplicate"; break;
            case 3: (fault["do"], fault["ms"]) = ("delay", _random.Next(50, 900)); break;
            case 4: fault["do"] = "swap"; break;
            case 5: (fault["do"], fault["ms"]) = ("stall", _random.Next(50, 900)); break;
            case 6: fault["do"] = "malformed"; break;
            case 7: (fault["do"], fault["event"]) = ("change", new JsonObject { ["from_the_future"] = new JsonArray(1, "two") }); break;
            case 8: (fault["do"], fault["event"]) =
                ("inject", new JsonObject { ["type"] = "something.new", ["event_id"] = "event_new" }); break;
            default: (fault["do"], fault["event"]) = ("inject", Hiccup()); break;
        }
        // From the fifth event on: without session.created and session.updated there is no session.
        if (fault["on"]!.GetValue<string>() == "*") fault["nth"] = _random.Next(5, 60);
        return fault;
    }

    // In the shapes that servers give it.
    private JsonObject Hiccup() => new()
    {
        ["type"] = "error", ["event_id"] = "event_hiccup",
        ["error"] = _random.Next(4) switch
        {
            0 => "The server had an error.",
            1 => new JsonObject { ["message"] = "Audio content of 6100ms is already shorter than 6185ms", ["code"] = "invalid_value" },
            2 => new JsonObject { ["type"] = "invalid_request_error", ["code"] = null, ["message"] = "Conversation already has an active response" },
            _ => new JsonObject { ["type"] = "server_error", ["code"] = "server_error", ["message"] = "The server had an error.",
                ["param"] = null, ["event_id"] = null },
        },
    };

    // The first connection is never refused, because the session would fail.
    private JsonObject Broken(SpokenCall call, int number) => _random.Next(number == 1 ? 1 : 0, 8) switch
    {
        0 => new JsonObject { ["refuse"] = OneOf("abort", "hang", "http_503", "http_500", "http_429") },
        1 => new JsonObject { ["expires_after_ms"] = number == 1 ? _random.Next(2000, 4000) : _random.Next(200, 2000) },
        2 or 3 => new JsonObject { ["close"] = Ending(new JsonObject { ["after_audio_ms"] = _random.Next(100, call.Pcm.Length / 48) }) },
        4 => new JsonObject { ["close"] =
            Ending(new JsonObject { ["after_ms"] = number == 1 ? _random.Next(2000, 4000) : _random.Next(1, 2500) }) },
        _ => new JsonObject { ["faults"] = new JsonArray(Break(call, number)) },
    };

    private JsonObject Ending(JsonObject close)
    {
        switch (_random.Next(4))
        {
            case 0: close["half_open"] = true; break;
            case 1: close["abrupt"] = true; break;
            default: close["code"] = OneOf(1000, 1001, 1011, 1012, 1013); break;
        }
        return close;
    }

    private JsonObject Break(SpokenCall call, int number)
    {
        var fault = new JsonObject { ["on"] = OneOf(number == 1 ? Moments[2..] : Moments), ["nth"] = _random.Next(1, 4),
            ["do"] = OneOf("close", "abort", "abort_mid_message", "half_open") };
        if (Maybe(0.3)) fault["turn"] = _random.Next(1, call.Turns.Count + 1);
        if (!fault["on"]!.GetValue<string>().StartsWith("session.", StringComparison.Ordinal)) return fault;
        // It occurs once per connection, before any turn.
        fault["nth"] = 1;
        fault.Remove("turn");
        return fault;
    }

    private bool Maybe(double chance) => _random.NextDouble() < chance;

    private T OneOf<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
