using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Simulator;

/// <summary>What a client requests when it connects, and whether it is admitted (docs/protocol.md 2.1 and 2.5).</summary>
internal sealed record Admission
{
    private const string KeyProtocol = "openai-insecure-api-key.";

    public string Model { get; private init; } = "";
    public bool Transcription { get; private init; }

    /// <summary>The subprotocol to agree on; null where the client offered no known one.</summary>
    public string? Subprotocol { get; private init; }

    /// <summary>HTTP status that refuses the upgrade.</summary>
    public int? HttpStatus { get; private init; }

    /// <summary>The <c>Retry-After</c> header of that answer, in seconds.</summary>
    public int? RetryAfterS { get; private init; }

    /// <summary>The error in the body of that answer.</summary>
    public ErrorScript? Error { get; private init; }

    /// <summary>The upgrade is never answered, or the TCP connection is aborted instead.</summary>
    public RefusalKind? Unanswered { get; private init; }

    /// <summary>The error and close code that end the connection right after the upgrade.</summary>
    public (int CloseCode, string Code, string Message)? Refused { get; private init; }

    public static Admission Of(HttpRequest request, Scenario scenario, ConnectionScript script)
    {
        var offered = request.HttpContext.WebSockets.WebSocketRequestedProtocols;
        var model = request.Query["model"].ToString();
        var admission = new Admission
        {
            Model = model,
            Transcription = request.Query["intent"] == "transcription",
            Subprotocol = offered.Contains("realtime") ? "realtime" : null,
            RetryAfterS = script.RetryAfterS,
            Error = script.RefuseError,
        };

        var key = Key(request, offered);
        var welcome = scenario.AcceptKeys?.Contains(key) ?? script.Refuse is null;
        if (!welcome) return admission.Refuse(script.Refuse ?? RefusalKind.InvalidApiKey);
        if (request.Headers["OpenAI-Beta"].ToString().Contains("realtime=v1", StringComparison.Ordinal))
            return admission.Refuse(RefusalKind.BetaApiShapeDisabled);
        if (admission.Transcription)
            return model.Length == 0 ? admission : admission with
            {
                Refused = (4000, "invalid_model", "You must not provide a model parameter for transcription sessions."),
            };
        if (model.Length == 0) return admission.Refuse(RefusalKind.MissingModel);
        return IsTranscriptionModel(model) ? admission.Refuse(RefusalKind.InvalidModel) : admission;
    }

    private static bool IsTranscriptionModel(string model) =>
        model.Contains("transcribe", StringComparison.Ordinal) || model.Contains("whisper", StringComparison.Ordinal);

    private static string? Key(HttpRequest request, IList<string> offered)
    {
        if (AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && header.Scheme == "Bearer")
            return header.Parameter;
        if (request.Headers["api-key"].ToString() is { Length: > 0 } azure) return azure;
        return offered.FirstOrDefault(p => p.StartsWith(KeyProtocol, StringComparison.Ordinal))?[KeyProtocol.Length..];
    }

    // Messages never contain the key, not even a part of it.
    private Admission Refuse(RefusalKind kind) => kind switch
    {
        RefusalKind.Abort or RefusalKind.Hang => this with { Unanswered = kind },
        RefusalKind.Http400 => this with { HttpStatus = 400 },
        RefusalKind.Http401 => this with { HttpStatus = 401 },
        RefusalKind.Http403 => this with { HttpStatus = 403 },
        RefusalKind.Http404 => this with { HttpStatus = 404 },
        RefusalKind.Http429 => this with { HttpStatus = 429 },
        RefusalKind.Http500 => this with { HttpStatus = 500 },
        RefusalKind.Http503 => this with { HttpStatus = 503 },
        RefusalKind.InvalidApiKey => this with { Refused = (3000, "invalid_api_key", "Incorrect API key provided.") },
        RefusalKind.MissingModel => this with { Refused = (4000, "missing_model", "You must provide a model parameter.") },
        RefusalKind.InvalidModel
            => this with { Refused = (4000, "invalid_model", $"Model \"{Model}\" is not supported in realtime mode.") },
        RefusalKind.BetaApiShapeDisabled => this with
        {
            Refused = (4000, "beta_api_shape_disabled",
            "The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API."),
        },
        _ => this with { Refused = (4004, "model_not_found", $"The model `{Model}` does not exist or you do not have access to it.") },
    };
}
