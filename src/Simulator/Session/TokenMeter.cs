using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Simulator.Session;

/// <summary>
/// Usage of the actual content (docs/protocol.md 7.2): user audio 1 token per 100 ms, assistant audio 1 per 50 ms,
/// text 1 per four characters, and a prompt cache per set of instructions.
/// </summary>
internal sealed class TokenMeter
{
    private const int PerMessage = 2;
    private const int CacheBlock = 64;

    private readonly Dictionary<string, (int Text, int Audio)> _cache = [];

    public static int Text(string text) => (text.Length + 3) / 4;

    public static int UserAudio(double ms) => (int)(ms / 100);

    public static int AssistantAudio(double ms) => (int)(ms / 50);

    /// <summary>Input of one response; a later response with the same instructions reads it from the cache.</summary>
    public InputTokenDetails Input(ResponseRequest request)
    {
        var outOfBandText = request is { OutOfBand: true, Audio: false };
        var text = Text(request.Instructions) + (request.Tools is JsonArray { Count: > 0 } ? Text(request.Tools.ToJsonString()) : 0);
        var audio = 0;
        // The service counts referenced audio as zero audio tokens and a constant number of text tokens (docs/protocol.md 7.3).
        if (request is { OutOfBand: true, OnlyReferences: true }) text += PerMessage;
        else
        {
            foreach (var item in request.Context)
            {
                // A text request gets earlier answers as transcript.
                var asAudio = item.AudioMs > 0 && (item.Role == "user" || !outOfBandText);
                text += PerMessage + (asAudio ? 0 : Text(item.Text));
                if (asAudio) audio += item.Role == "user" ? UserAudio(item.AudioMs) : AssistantAudio(item.AudioMs);
            }
        }

        var before = _cache.GetValueOrDefault(request.Instructions);
        _cache[request.Instructions] = (text, audio);
        var cachedText = Math.Min(before.Text, text) / CacheBlock * CacheBlock;
        var cachedAudio = outOfBandText ? 0 : Math.Min(before.Audio, audio) / CacheBlock * CacheBlock;
        return new InputTokenDetails
        {
            TextTokens = text,
            AudioTokens = audio,
            CachedTokens = cachedText + cachedAudio,
            CachedTokensDetails = new CachedTokensDetails { TextTokens = cachedText, AudioTokens = cachedAudio },
        };
    }

    /// <summary>The complete usage of a response whose output is known.</summary>
    public static ResponseUsage Total(InputTokenDetails input, string said, double audioMs)
    {
        var output = new OutputTokenDetails
            { TextTokens = said.Length == 0 ? 0 : Text(said) + PerMessage, AudioTokens = AssistantAudio(audioMs) };
        var inputTokens = input.TextTokens + input.AudioTokens + input.ImageTokens;
        var outputTokens = output.TextTokens + output.AudioTokens;
        return new ResponseUsage
        {
            TotalTokens = inputTokens + outputTokens,
            InputTokens = inputTokens,
            OutputTokens = outputTokens,
            InputTokenDetails = input,
            OutputTokenDetails = output,
        };
    }

    /// <summary>Usage of one ASR transcript: seconds for models billed by duration, tokens for the others.</summary>
    public static JsonObject Asr(string model, double audioMs, string transcript)
    {
        if (model is "whisper-1" or "gpt-transcribe" or "gpt-live-transcribe" or "gpt-realtime-whisper")
            return new JsonObject { ["type"] = "duration", ["seconds"] = Math.Round(audioMs / 1000, 1) };
        var audio = UserAudio(audioMs);
        var text = transcript.Length == 0 ? 0 : Text(transcript) + PerMessage;
        return new JsonObject
        {
            ["type"] = "tokens",
            ["total_tokens"] = audio + text,
            ["input_tokens"] = audio,
            ["input_token_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = audio },
            ["output_tokens"] = text,
        };
    }
}
