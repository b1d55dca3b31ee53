using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Lab;

/// <summary>An answer as it is kept on disk, one JSON object per line.</summary>
/// <param name="Key">Identifies the question (<see cref="LabSet.KeyOf"/>).</param>
/// <param name="Variant">The variant, for people.</param>
/// <param name="Audio">The recording, for people.</param>
/// <param name="Turn">The turn, for people.</param>
/// <param name="Repeat">The repeat, for people.</param>
/// <param name="Text">The transcript; null: there is none.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="Usd">What it cost in US dollars; null: not known.</param>
/// <param name="ColdUsd">What it would cost if nothing were cached; null: not known.</param>
/// <param name="LatencyMs">From the request to the transcript, in ms; null: not measured.</param>
public sealed record KeptAnswer(
    string Key, string Variant, string Audio, int Turn, int Repeat, string? Text, string? Error, decimal? Usd, decimal? ColdUsd,
    double? LatencyMs)
{
    /// <summary>The longest line that is read, in bytes: the longest answer with every character escaped.</summary>
    public const int MaxLine = 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>An answer to keep.</summary>
    public static KeptAnswer Of(string key, VariantAnswer answer) => new(
        key, answer.Variant, answer.Turn.Name, answer.Turn.Turn, answer.Repeat, answer.Text, answer.Error, answer.Usd, answer.ColdUsd,
        answer.LatencyMs);

    /// <summary>The answer to the question with its key.</summary>
    public VariantAnswer To(LabQuestion question) => new(question.Name, question.Turn, question.Repeat, Text)
        { Error = Text is null ? Error ?? "failed" : null, Usd = Usd, ColdUsd = ColdUsd, LatencyMs = LatencyMs };

    /// <summary>The line, without a line break.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a line; null: it is damaged.</summary>
    public static KeptAnswer? Decode(ReadOnlySpan<byte> line)
    {
        try
        {
            var kept = line.Length > MaxLine ? null : JsonSerializer.Deserialize<KeptAnswer>(line, Json);
            var isWhole = kept is { Key.Length: 64, Variant: not null, Audio: not null }
                && (kept.Text is not null || kept.Error is not null) && !(kept.Usd < 0 || kept.ColdUsd < 0 || kept.LatencyMs < 0);
            return isWhole ? kept : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
