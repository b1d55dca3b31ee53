using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using Attributes = System.Collections.Immutable.ImmutableArray<System.Collections.Generic.KeyValuePair<string, object?>>;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>The attributes of spans and measurements. What comes from outside is shortened, and words are left out unless wanted.</summary>
internal static class TraceAttributes
{
    // Codes and names; a server may send anything.
    private const int MaxName = 100;

    private const int MaxWords = 16 * 1024;

    /// <summary>A text from outside, shortened.</summary>
    public static string Bounded(string text, int most = MaxName) => text.Length <= most ? text : text[..most];

    /// <summary>The attributes that have a value.</summary>
    public static Attributes Of(params ReadOnlySpan<(string Name, object? Value)> all) => With([], all);

    /// <summary>These, and those of the others that have a value.</summary>
    public static Attributes With(this Attributes these, params ReadOnlySpan<(string Name, object? Value)> others)
    {
        var count = these.Length;
        foreach (var (_, value) in others)
            if (value is not null) count++;
        if (count == these.Length) return these;
        var all = new KeyValuePair<string, object?>[count];
        these.CopyTo(all);
        count = these.Length;
        foreach (var (name, value) in others)
            if (value is not null) all[count++] = new(name, value);
        return ImmutableCollectionsMarshal.AsImmutableArray(all);
    }

    /// <summary>What every request to a model has.</summary>
    public static Attributes Request(TraceFacts facts, string operation, string model, string? answeredBy, string purpose) => Of(
        (Names.Operation, operation), (Names.Provider, facts.Provider), (Names.RequestModel, model), (Names.ResponseModel, answeredBy),
        (Names.Purpose, purpose));

    /// <summary>The result of a response.</summary>
    public static Attributes Result(TraceFacts facts, ResponseState response, decimal? usd, string? words)
    {
        var tokens = Usage.Read(response.Usage, Modality.Text) as Usage.Tokens;
        return Of(
            (Names.ResponseId, Bounded(response.Id.Value)),
            (Names.FinishReasons, (string[])[Bounded(response.StatusDetails?.Reason ?? response.Status ?? "completed")]),
            (Names.InputTokens, Input(tokens)), (Names.OutputTokens, Output(tokens)),
            (Names.CachedTokens, tokens is null ? null : tokens.CachedText + tokens.CachedAudio + tokens.CachedImage),
            (Names.CostUsd, (double?)usd), (Names.OutputMessages, Messages(facts, words)));
    }

    /// <summary>All input tokens; null: not known.</summary>
    public static long? Input(Usage.Tokens? tokens) => tokens is null ? null : tokens.TextIn + tokens.AudioIn + tokens.ImageIn;

    /// <summary>All output tokens; null: not known.</summary>
    public static long? Output(Usage.Tokens? tokens) => tokens is null ? null : tokens.TextOut + tokens.AudioOut;

    /// <summary>Words as the conventions want them; null: there are none, or they are not wanted.</summary>
    public static string? Messages(TraceFacts facts, string? words) => Words(facts, words) is { } text
        ? $$"""[{"role":"assistant","parts":[{"type":"text","content":{{JsonSerializer.Serialize(text)}}}]}]""" : null;

    /// <summary>Words, if they are wanted.</summary>
    public static string? Words(TraceFacts facts, string? words) =>
        facts.WithWords && words is { Length: > 0 } ? Bounded(words, MaxWords) : null;

    /// <summary>The name of a function, if it is one of ours.</summary>
    public static string Tool(TraceFacts facts, string name) => facts.Tools.Contains(name) ? name : "other";

    /// <summary>Why a response failed; null: it did not, or it was cancelled on purpose.</summary>
    public static string? Failure(ResponseState response) => response.Status switch
    {
        "failed" => Bounded(response.StatusDetails?.Error?.Reason ?? "failed"),
        "incomplete" => Bounded(response.StatusDetails?.Reason ?? "incomplete"),
        _ => null,
    };

    /// <summary>A few words for metrics: whatever the server says, there are never more.</summary>
    public static string? Kind(ResponseState response) => response.Status is "failed" or "incomplete" ? response.Status : null;

    /// <summary>How a connection ended.</summary>
    public static string Ending(ConnectionEnd end) => end switch
    {
        ConnectionEnd.Closed { Code: { } code } => $"closed_{code}",
        ConnectionEnd.Closed => "closed",
        ConnectionEnd.Refused refused => $"refused_{refused.Status}",
        ConnectionEnd.NoKey => "no_key",
        _ => "broken",
    };

    /// <summary>Why a request has failed that was open when this was the result of all attempts.</summary>
    public static string Unanswered(ResultStatus status) =>
        status is ResultStatus.Completed or ResultStatus.Empty ? "no_answer" : status.Name();
}
