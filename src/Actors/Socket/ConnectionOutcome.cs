using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>What the end of a connection means for the session, with the reason as one line of text for a person.</summary>
public sealed record ConnectionOutcome(ExitKind Exit, string Reason)
{
    /// <summary>Whether a new connection may succeed, judging by how this one ended.</summary>
    public bool IsRetryable { get; init; }

    /// <summary>
    /// Judges the end of a connection by how it ended and by the last error the server sent (docs/protocol.md 2.2, 2.5 and 9.2:
    /// a bad key is reported as HTTP 401, or as 101, <c>error</c> and close 3000).
    /// </summary>
    public static ConnectionOutcome Of(ConnectionEnd end, ErrorDetail? last, string url) => end switch
    {
        ConnectionEnd.Refused { Status: 401 or 403 } r => Key($"HTTP {r.Status}"),
        ConnectionEnd.Refused { Status: 429 }
            => new(ExitKind.Failed, $"{url} refused the connection: too many requests (HTTP 429). Try again later.") { IsRetryable = true },
        ConnectionEnd.Refused { Status: >= 500 } r
            => new(ExitKind.Failed, $"{url} failed: HTTP {r.Status}. Try again later.") { IsRetryable = true },
        ConnectionEnd.Refused { Status: >= 300 and < 400 } r
            => new(ExitKind.Configuration,
            $"{url} redirects elsewhere (HTTP {r.Status}), which is not followed. Give the address itself with --url."),
        ConnectionEnd.Refused r
            => new(ExitKind.Configuration,
            $"{url} is not a Realtime endpoint, or refused this model: HTTP {r.Status} instead of 101. Check --url and --model."),
        ConnectionEnd.Closed { Code: 3000 } c => Key(last?.Message ?? c.Reason),
        _ when last?.Code is "invalid_api_key" => Key(last.Message),
        ConnectionEnd.Closed { Code: 4000 or 4004 } c => Model(c.Reason, last),
        _ when last?.Code is "model_not_found" or "missing_model" or "invalid_model" or "beta_api_shape_disabled" => Model(null, last),
        ConnectionEnd.Closed c
            => new(ExitKind.Failed,
            $"The server closed the connection ({c.Code?.ToString() ?? "no code"}): {Sentence(last?.Message ?? c.Reason)}")
            { IsRetryable = IsTransientCode(c.Code) },
        ConnectionEnd.Broken b => new(ExitKind.Failed, $"The connection to {url} failed: {Sentence(b.Reason)}") { IsRetryable = true },
        _ => new(ExitKind.Failed, end.ToString()),
    };

    /// <summary>The server rejected our <c>session.update</c>: nothing streams under other settings (docs/cookbook.md row 25).</summary>
    public static ConnectionOutcome Rejected(ErrorDetail error) => error.Code switch
    {
        "invalid_api_key" => Key(error.Message),
        _ => new(ExitKind.Configuration,
            $"The server rejected the session settings ({error.Reason}{(error.Param is null ? "" : $", {error.Param}")}): {Sentence(error.Message)}"),
    };

    /// <summary>The connection is replaced although it works.</summary>
    public static ConnectionOutcome Renewal(string reason) => new(ExitKind.Failed, reason) { IsRetryable = true };

    // Going away (a restart, the session limit), no status, a lost connection, an internal error, restart, overload, a bad gateway
    // (docs/protocol.md 2.5). Any other code is deliberate and would come again.
    private static bool IsTransientCode(int? code) => code is null or 1001 or 1005 or 1006 or 1011 or 1012 or 1013 or 1014 or 1015;

    private static ConnectionOutcome Key(string? detail) => new(
        ExitKind.Configuration,
        $"The server refused the API key ({(string.IsNullOrWhiteSpace(detail) ? "no reason given" : detail)}). Set OPENAI_API_KEY to a valid key.");

    private static ConnectionOutcome Model(string? closing, ErrorDetail? last) =>
        new(ExitKind.Configuration,
        $"The server refused the connection ({last?.Reason ?? (string.IsNullOrWhiteSpace(closing) ? "4000" : closing)}): {Sentence(last?.Message)} Check --model.");

    private static string Sentence(string? text) =>
        string.IsNullOrWhiteSpace(text) ? "no reason given." : text.EndsWith('.') ? text : text + ".";
}
