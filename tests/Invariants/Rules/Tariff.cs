using System.Text.Json;

namespace RealtimeAkka.Invariants.Rules;

/// <summary>
/// The published prices of the models in judged sessions, in USD per million tokens (or per minute of audio). A deliberate
/// second copy: costs are checked against an independent price list.
/// </summary>
internal sealed record Tariff(decimal TextIn, decimal TextCached, decimal TextOut, decimal AudioIn, decimal AudioCached, decimal AudioOut,
    decimal PerMinute = 0)
{
    private static readonly Dictionary<string, Tariff> Models = new()
    {
        ["gpt-realtime-2.1"] = new(4.00m, 0.40m, 24.00m, 32.00m, 0.40m, 64.00m),
        ["gpt-realtime"] = new(4.00m, 0.40m, 16.00m, 32.00m, 0.40m, 64.00m),
        ["gpt-transcribe"] = new(0, 0, 0, 0, 0, 0, PerMinute: 0.0045m),
        ["gpt-4o-transcribe"] = new(2.50m, 2.50m, 10.00m, 6.00m, 6.00m, 0),
    };

    /// <summary>Null for a model without known prices.</summary>
    public static Tariff? Of(string? model) => model is null ? null : Models.GetValueOrDefault(model);

    /// <summary>Cost of a usage in USD; 0 where none was reported.</summary>
    public decimal Cost(JsonElement? usage)
    {
        if (usage is not { } u) return 0;
        if (u.Amount("seconds") is { } seconds) return Math.Ceiling(seconds) * PerMinute / 60m;

        decimal text = Count(u, "input_token_details.text_tokens"), audio = Count(u, "input_token_details.audio_tokens");
        decimal cachedText = Count(u, "input_token_details.cached_tokens_details.text_tokens"),
            cachedAudio = Count(u, "input_token_details.cached_tokens_details.audio_tokens");
        var audioOut = Count(u, "output_token_details.audio_tokens");
        var textOut = Count(u, "output_tokens") - audioOut;
        return ((text - cachedText) * TextIn + cachedText * TextCached + textOut * TextOut
            + (audio - cachedAudio) * AudioIn + cachedAudio * AudioCached + audioOut * AudioOut) / 1_000_000m;
    }

    private static decimal Count(JsonElement usage, string path) => usage.Amount(path) ?? 0;
}
