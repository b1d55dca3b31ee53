namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>Rules that the types of a scenario cannot express: mutually exclusive values and ranges.</summary>
internal static class ScenarioRules
{
    public static void Check(Scenario scenario, Action<string> fail)
    {
        var d = scenario.Defaults;
        NotNegative("$.defaults", fail, d.AsrDelayMs, d.OobDelayMs, d.AnswerDelayMs, d.CreatedDelayMs, d.IntervalMs, d.RateLimitsDelayMs);
        if (d.ChunkMs < 1) fail("$.defaults.chunk_ms: must be at least 1");

        for (var i = 0; i < scenario.Turns.Count; i++)
        {
            var turn = scenario.Turns[i];
            if (turn.Words is { } words)
            {
                foreach (var (word, hz) in words)
                    if (hz is < 100 or > 3400) fail($"$.turns[{i}].words.{word}: {hz} Hz is no tone between 100 and 3400 Hz");
            }
            if (turn.Asr is { } asr) Check(asr, $"$.turns[{i}].asr", fail);
            if (turn.Oob is { } oob) Check(oob, $"$.turns[{i}].oob", fail);
            if (turn.Answer is { } answer) Check(answer, $"$.turns[{i}].answer", fail);
            Check(turn.Requests, $"$.turns[{i}].requests", fail);
        }

        var tones = scenario.Turns.SelectMany(turn => turn.Words?.Values ?? []).Order().ToList();
        for (var i = 1; i < tones.Count; i++)
            if (tones[i] - tones[i - 1] < 30)
                fail($"$.turns: the words at {tones[i - 1]} and {tones[i]} Hz cannot be told apart; 30 Hz must lie between");

        Check(scenario.Requests, "$.requests", fail);
        Check(scenario.Connection, "$.connection", fail);
        for (var i = 0; i < scenario.Connections.Count; i++) Check(scenario.Connections[i], $"$.connections[{i}]", fail);
    }

    private static void Check(IReadOnlyList<RequestScript> requests, string path, Action<string> fail)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            if (requests[i] is { Metadata: null, Instructions: null }) fail($"{path}[{i}]: needs metadata or instructions to match by");
            Check(requests[i].Reply, $"{path}[{i}].reply", fail);
        }
    }

    private static void Check(AsrScript asr, string path, Action<string> fail)
    {
        var ways = (asr.Transcript is null ? 0 : 1) + (asr.Error is null ? 0 : 1) + (asr.Silent ? 1 : 0);
        if (ways > 1) fail($"{path}: transcript, error and silent exclude each other");
        if (asr is { Usage: not null, UsageSeconds: not null }) fail($"{path}: usage and usage_seconds exclude each other");
        NotNegative(path, fail, asr.DelayMs, asr.Deltas);
    }

    private static void Check(ReplyScript reply, string path, Action<string> fail)
    {
        if (reply.Reject is not null && (reply.Text is not null || reply.Silent || reply.Stalled))
            fail($"{path}: a rejected request has no text and is not silent or stalled");
        if (reply is { Rival: not null, Reject: null }) fail($"{path}.rival: only a rejected request has one");
        if (reply.RateLimitMs is not null && (reply.Status != ReplyStatus.Completed || reply.Error is not null || reply.Reject is not null))
            fail($"{path}.rate_limit_ms: says itself how it fails");
        if (reply.Error is not null && reply.Status != ReplyStatus.Failed) fail($"{path}.error: only a failed reply has an error");
        if (reply is { Status: ReplyStatus.Empty, Text.Length: > 0 }) fail($"{path}: an empty reply has no text");
        if (reply.Reason is not (null or "turn_detected" or "client_cancelled" or "max_output_tokens" or "content_filter"))
            fail($"{path}.reason: must be turn_detected, client_cancelled, max_output_tokens or content_filter");
        if (reply.ChunkMs < 1) fail($"{path}.chunk_ms: must be at least 1");
        NotNegative(path, fail, reply.CreatedDelayMs, reply.DelayMs, reply.IntervalMs, reply.AudioMs, reply.Deltas, reply.RateLimitMs,
            reply.CancelDelayMs, reply.Preamble?.AudioMs);
        for (var i = 0; i < reply.First.Count; i++) Check(reply.First[i], $"{path}.first[{i}]", fail);
    }

    private static void Check(ConnectionScript connection, string path, Action<string> fail)
    {
        if (connection.FirstTurn < 1) fail($"{path}.first_turn: must be at least 1");
        if (connection.RetryAfterS is < 0 or > 86_400) fail($"{path}.retry_after_s: must be from 0 to 86400");
        if (connection.ExpiresAfterMs < 1) fail($"{path}.expires_after_ms: must be at least 1");
        NotNegative($"{path}.read_delay_ms", fail, connection.ReadDelayMs);
        if (connection.StopReading is { } stop) NotNegative($"{path}.stop_reading", fail, stop.AfterAudioMs, stop.ForMs);
        if (connection.Close is { } close)
        {
            if (close.AfterMs is null == close.AfterAudioMs is null) fail($"{path}.close: needs either after_ms or after_audio_ms");
            if (close is { Abrupt: true, HalfOpen: true }) fail($"{path}.close: abrupt and half_open exclude each other");
            NotNegative($"{path}.close", fail, close.AfterMs, close.AfterAudioMs);
            CloseCode($"{path}.close.code", close.Code, fail);
        }
        for (var i = 0; i < connection.Faults.Count; i++)
        {
            var fault = connection.Faults[i];
            NotNegative($"{path}.faults[{i}]", fail, fault.Nth, fault.Ms, fault.Bytes);
            CloseCode($"{path}.faults[{i}].code", fault.Code, fail);
            if (fault is { Do: FaultKind.Inject or FaultKind.Change or FaultKind.Error, Event: null })
                fail($"{path}.faults[{i}].event: {fault.Do.ToString().ToLowerInvariant()} needs an event");
        }
    }

    private static void CloseCode(string path, int code, Action<string> fail)
    {
        if (code is not (>= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999))
            fail($"{path}: {code} cannot be sent in a close frame");
    }

    private static void NotNegative(string path, Action<string> fail, params ReadOnlySpan<int?> values)
    {
        foreach (var value in values)
            if (value < 0) fail($"{path}: {value} must not be negative");
    }
}
