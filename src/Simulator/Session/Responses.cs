using System.Globalization;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Simulator.Session;

/// <summary>
/// All responses of a session: at most one in the default conversation, any number out of band
/// (docs/protocol.md 6.2).
/// </summary>
internal sealed class Responses(SessionContext session, Action<ResponseRun> defaultEnded)
{
    private const int TokensPerMinute = 40_000;
    private static readonly ReplyScript Unscripted = new();

    private readonly List<ResponseRun> _running = [];
    private readonly Dictionary<ReplyScript, int> _attempts = new(ReferenceEqualityComparer.Instance);

    /// <summary>The conversation contains assistant audio, so the voice can no longer change.</summary>
    public bool VoiceLocked => session.Conversation.Items.Any(i => i is { Role: "assistant", AudioMs: > 0 });

    private ResponseRun? Active => _running.Find(r => !r.Request.OutOfBand);

    /// <summary>Starts a response or throws a <see cref="RequestError"/>.</summary>
    public void Create(JsonObject? fields)
    {
        var request = ResponseRequest.Read(fields, session);
        if (!request.OutOfBand && Active is { } active)
            throw new RequestError("conversation_already_has_active_response",
                $"Conversation already has an active response in progress: {active.Id}. Wait until the response is finished before creating a new one.");

        var script = Reply.Scripted(request, session.Scenario) ?? Unscripted;
        _attempts[script] = _attempts.GetValueOrDefault(script) + 1;
        script = script.Attempt(_attempts[script]);
        if (script.Reject is { } reject)
        {
            if (script.Rival == RivalKind.CreatedFirst) Run(request, Unscripted);
            // In a later step: the error is sent when this one is over.
            if (script.Rival == RivalKind.ErrorFirst) session.Agenda.After(TimeSpan.FromMilliseconds(1), () => Run(request, Unscripted));
            throw RequestError.Scripted(reject);
        }
        if (!script.Silent) Run(request, script);
    }

    private void Run(ResponseRequest request, ReplyScript script)
    {
        var run = new ResponseRun(session, request, script, Ended);
        _running.Add(run);
        run.Start();
    }

    /// <summary>Cancels the active response because the caller speaks over it (barge-in).</summary>
    public void Interrupt() => Active?.Cancel("turn_detected");

    public void Cancel(string? id)
    {
        var run = (id is null ? Active : _running.Find(r => r.Id == id))
            ?? throw new RequestError("response_cancel_not_active", "Cancellation failed: no active response found");
        run.Cancel("client_cancelled");
    }

    private void Ended(ResponseRun run)
    {
        _running.Remove(run);
        session.Agenda.After(TimeSpan.FromMilliseconds(session.Scenario.Defaults.RateLimitsDelayMs), () => RateLimits(run.RateLimitMs));
        if (!run.Request.OutOfBand) defaultEnded(run);
    }

    /// <summary>The service's error when the tokens of this minute are used up (docs/protocol.md 9.3).</summary>
    public static ErrorScript OutOfTokens(int ms) => new()
    {
        Type = "tokens",
        Code = "rate_limit_exceeded",
        Message = string.Create(CultureInfo.InvariantCulture,
            $"Rate limit reached on tokens per min (TPM): Limit {TokensPerMinute}, Used {TokensPerMinute}, Requested 3188. Please try again in {ms / 1000.0:0.###}s."),
    };

    private void RateLimits(int? limitMs) => session.Out.Emit(default, "rate_limits.updated", ("rate_limits", new JsonArray(new JsonObject
    {
        ["name"] = "tokens",
        ["limit"] = TokensPerMinute,
        ["remaining"] = limitMs is null ? TokensPerMinute - 1510 : 0,
        ["reset_seconds"] = limitMs / 1000.0 ?? 2.265,
    })));
}
