using System.Text.Json;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>What the service reports that a result used. Read leniently: no field is guaranteed (docs/protocol.md 7.1).</summary>
public abstract record Usage
{
    private Usage() { }

    /// <summary>Tokens by modality. Cached tokens are part of the input tokens and never exceed them.</summary>
    public sealed record Tokens(
        long TextIn, long AudioIn, long ImageIn, long CachedText, long CachedAudio, long CachedImage, long TextOut, long AudioOut) : Usage;

    /// <summary>More tokens than it says the kind of, so that they have no price.</summary>
    public sealed record Undivided(long Total) : Usage;

    /// <summary>Seconds of audio, for models that are billed by time.</summary>
    public sealed record Duration(decimal Seconds) : Usage;

    /// <summary>
    /// Reads the usage object of a response or an ASR transcript; null if there is none or it is invalid (it then counts as
    /// "unreported"). Input tokens without a modality are <paramref name="unclaimed"/>: text for a response, audio for ASR.
    /// </summary>
    public static Usage? Read(RawJson? usage, Modality unclaimed)
    {
        if (usage is not { } json) return null;
        using var document = JsonDocument.Parse(json.Utf8);
        var u = document.RootElement;
        if (u.ValueKind != JsonValueKind.Object) return null;
        try
        {
            var isDuration = u.TryGetProperty("seconds", out var seconds)
                || (u.TryGetProperty("type", out var type) && type.ValueEquals("duration"));
            if (!isDuration) return SaysTokens(u) ? ReadTokens(u, unclaimed) : null;
            return seconds.GetDecimal() is >= 0 and <= int.MaxValue and var s ? new Duration(s) : null;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or OverflowException)
        {
            return null; // an invalid number: the same as no usage
        }
    }

    // An object without any known field is no usage; it must not count as free.
    private static bool SaysTokens(JsonElement u) =>
        Says(u, "input_tokens"u8) || Says(u, "output_tokens"u8) || Says(u, "total_tokens"u8)
        || Says(u, "input_token_details"u8) || Says(u, "output_token_details"u8);

    private static bool Says(JsonElement u, ReadOnlySpan<byte> name) =>
        u.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static Usage ReadTokens(JsonElement u, Modality unclaimed)
    {
        var input = Section(u, "input_token_details");
        var cachedByModality = Section(input, "cached_tokens_details");
        var output = Section(u, "output_token_details");

        long text = Count(input, "text_tokens"), audio = Count(input, "audio_tokens"), image = Count(input, "image_tokens");
        var rest = Math.Max(0, Count(u, "input_tokens") - text - audio - image);
        if (unclaimed == Modality.Audio) audio += rest;
        else text += rest;

        long cachedText = Math.Min(text, Count(cachedByModality, "text_tokens"));
        long cachedAudio = Math.Min(audio, Count(cachedByModality, "audio_tokens"));
        long cachedImage = Math.Min(image, Count(cachedByModality, "image_tokens"));
        // Cached tokens without a modality count as text first: that is what a prompt cache holds first.
        var cachedRest = Math.Max(0, Count(input, "cached_tokens") - cachedText - cachedAudio - cachedImage);
        var asText = Math.Min(cachedRest, text - cachedText);
        cachedText += asText;
        cachedAudio += Math.Min(cachedRest - asText, audio - cachedAudio);

        long textOut = Count(output, "text_tokens"), audioOut = Count(output, "audio_tokens");
        textOut += Math.Max(0, Count(u, "output_tokens") - textOut - audioOut);

        var total = Count(u, "total_tokens");
        return total > text + audio + image + textOut + audioOut ? new Undivided(total)
            : new Tokens(text, audio, image, cachedText, cachedAudio, cachedImage, textOut, audioOut);
    }

    private static JsonElement Section(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var section) ? section : default;

    private static long Count(JsonElement section, string name)
    {
        if (section.ValueKind != JsonValueKind.Object || !section.TryGetProperty(name, out var value)
            || value.ValueKind == JsonValueKind.Null) return 0;
        var count = value.GetInt64();
        return count is >= 0 and <= int.MaxValue ? count : throw new FormatException($"{name} is {count}.");
    }
}

/// <summary>What a token represents.</summary>
public enum Modality
{
    /// <summary>Text.</summary>
    Text,
    /// <summary>Audio.</summary>
    Audio,
}
