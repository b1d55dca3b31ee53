using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>What the end of a connection means for the session, with the reason as one line of text for a person.</summary>
public sealed record ConnectionOutcome(ExitKind Exit, string Reason)
{
    /// <summary>Whether a new connection may succeed, judging by how this one ended.</summary>
    public bool IsRetryable { get; init; }

    /// <summary>The shortest wait before a new connection, as the server asks for it.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The server refused the key; another one may do.</summary>
    public bool IsKeyRefused { get; init; }

    /// <summary>The account's quota is spent: waiting does not help.</summary>
    public bool IsQuotaSpent { get; init; }

    /// <summary>
    /// Judges the end of a connection by how it ended and by the last error the server sent (docs/protocol.md 2.2, 2.5 and 9.2:
    /// a bad key is reported as HTTP 401, or as 101, <c>error</c> and close 3000).
    /// </summary>
    public static ConnectionOutcome Of(
        ConnectionEnd end, ErrorDetail? last, string url, string keyAdvice = SocketSettings.DefaultKeyAdvice) => end switch
    {
        ConnectionEnd.NoKey no => new(ExitKind.Configuration, $"There is no key: {Sentence(no.Reason)}") { IsRetryable = true },
        ConnectionEnd.Refused { Error: { } error } r when IsQuota(error)
            => new(ExitKind.Failed, $"{url} refused the connection: {error.Reason} (HTTP {r.Status}): {Sentence(error.Message)}")
            { IsQuotaSpent = true },
        ConnectionEnd.Refused { Status: 401 or 403 } r => Key(Because($"HTTP {r.Status}", r.Error), keyAdvice),
        ConnectionEnd.Refused { Status: 429 } r
            => new(ExitKind.Failed, $"{url} refused the connection: too many requests ({Because("HTTP 429", r.Error)}). Try again later.")
            { IsRetryable = true, RetryAfter = r.RetryAfter },
        ConnectionEnd.Refused { Status: >= 500 } r
            => new(ExitKind.Failed, $"{url} failed: {Because($"HTTP {r.Status}", r.Error)}. Try again later.")
            { IsRetryable = true, RetryAfter = r.RetryAfter },
        ConnectionEnd.Refused { Status: >= 300 and < 400 } r
            => new(ExitKind.Configuration,
            $"{url} redirects elsewhere (HTTP {r.Status}), which is not followed. Give the address itself with --url."),
        ConnectionEnd.Refused r
            => new(ExitKind.Configuration,
            $"{url} is not a Realtime endpoint, or refused this model: {Because($"HTTP {r.Status}", r.Error)} instead of 101. "
            + "Check --url and --model."),
        _ when last is not null && IsQuota(last)
            => new(ExitKind.Failed, $"The server ended the session ({last.Reason}): {Sentence(last.Message)}") { IsQuotaSpent = true },
        ConnectionEnd.Closed { Code: 3000 } c => Key(last?.Message ?? c.Reason, keyAdvice),
        _ when last?.Code is "invalid_api_key" => Key(last.Message, keyAdvice),
        ConnectionEnd.Closed { Code: 4000 or 4004 } c => Model(c.Reason, last),
        _ when last?.Code is "model_not_found" or "missing_model" or "invalid_model" or "beta_api_shape_disabled" => Model(null, last),
        ConnectionEnd.Closed c
            => new(ExitKind.Failed,
            $"The server closed the connection ({c.Code?.ToString() ?? "no code"}): {Sentence(Given(last, c.Reason))}")
            { IsRetryable = IsTransientCode(c.Code) },
        ConnectionEnd.Broken b => new(ExitKind.Failed, $"The connection to {url} failed: {Sentence(b.Reason)}") { IsRetryable = true },
        _ => new(ExitKind.Failed, end.ToString()),
    };

    /// <summary>The server rejected our <c>session.update</c>: nothing streams under other settings (docs/cookbook.md row 25).</summary>
    public static ConnectionOutcome Rejected(ErrorDetail error) => error.Code switch
    {
        "invalid_api_key" => Key(error.Message, SocketSettings.DefaultKeyAdvice),
        _ => new(ExitKind.Configuration,
            $"The server rejected the session settings ({error.Reason}{(error.Param is null ? "" : $", {error.Param}")}): {Sentence(error.Message)}"),
    };

    /// <summary>The server accepted the settings, but uses others with which the session cannot work.</summary>
    public static ConnectionOutcome Unusable(IEnumerable<SettingDifference> differences) => new(ExitKind.Configuration,
        $"The server uses another audio format than requested: {string.Join("; ", differences.Where(difference => difference.IsFatal))}.");

    /// <summary>The connection is replaced although it works.</summary>
    public static ConnectionOutcome Renewal(string reason) => new(ExitKind.Failed, reason) { IsRetryable = true };

    // Going away (a restart, the session limit), no status, a lost connection, an internal error, restart, overload, a bad gateway
    // (docs/protocol.md 2.5). Any other code is deliberate and would come again.
    private static bool IsTransientCode(int? code) => code is null or 1001 or 1005 or 1006 or 1011 or 1012 or 1013 or 1014 or 1015;

    // Codes of a limit that time does not lift (docs/protocol.md 9.2); the service reports it with or without a status of its own.
    private static bool IsQuota(ErrorDetail error) => error.Code is "insufficient_quota" or "billing_hard_limit_reached"
        or "billing_not_active" or "account_deactivated" || error is { Code: null, Type: "insufficient_quota" };

    private static string Because(string status, ErrorDetail? error) => error?.Message is { Length: > 0 } message
        ? $"{status}, {error.Reason}: {message.TrimEnd('.')}" : status;

    private static ConnectionOutcome Key(string? detail, string advice) => new(
        ExitKind.Configuration,
        $"The server refused the API key ({(string.IsNullOrWhiteSpace(detail) ? "no reason given" : detail)}). {advice}")
        { IsKeyRefused = true };

    private static ConnectionOutcome Model(string? closing, ErrorDetail? last) =>
        new(ExitKind.Configuration,
        $"The server refused the connection ({last?.Reason ?? (string.IsNullOrWhiteSpace(closing) ? "4000" : closing)}): {Sentence(last?.Message)} Check --model.");

    // What the server said last before it closed, else what it said in closing.
    private static string? Given(ErrorDetail? last, string? closing) =>
        !string.IsNullOrWhiteSpace(last?.Message) ? last.Message : string.IsNullOrWhiteSpace(closing) ? last?.Code ?? last?.Type : closing;

    private static string Sentence(string? text) =>
        string.IsNullOrWhiteSpace(text) ? "no reason given." : text.EndsWith('.') ? text : text + ".";
}
