using System.Globalization;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>What a model takes; null or empty where that is not known.</summary>
/// <param name="Model">The model's name without a date.</param>
public sealed record ModelAbilities(string Model)
{
    /// <summary><c>realtime</c>, <c>transcription</c>, or <c>other</c> for models of another protocol.</summary>
    public string? Kind { get; init; }
    /// <summary>Audio formats in both directions.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];
    /// <summary>Kinds of turn detection; <c>none</c> alone: it takes none.</summary>
    public IReadOnlyList<string> TurnDetection { get; init; } = [];
    /// <summary>How a transcription model takes the spoken language: <c>language</c> (one), <c>languages</c> or <c>none</c>.</summary>
    public string? Language { get; init; }
    /// <summary>Takes keywords to expect in the speech.</summary>
    public bool? Keywords { get; init; }
    /// <summary>Takes a prompt for the transcription.</summary>
    public bool? Prompt { get; init; }
    /// <summary>Takes a delay for the transcription.</summary>
    public bool? Delay { get; init; }
    /// <summary>Takes a reasoning effort, and whether tools may be called in parallel.</summary>
    public bool? Reasoning { get; init; }
    /// <summary>The largest <c>max_output_tokens</c>.</summary>
    public int? MaxOutputTokens { get; init; }
}

/// <summary>The abilities of all known models (<c>models.LABEL.KEY</c>).</summary>
public sealed record ModelList(IReadOnlyList<ModelAbilities> Models)
{
    /// <summary>The abilities of a model, or of the model it is a dated snapshot of; nothing is known about any other.</summary>
    public ModelAbilities Find(string model) =>
        Models.FirstOrDefault(known => known.Model == model)
        ?? Models.FirstOrDefault(known => ModelName.IsSnapshot(model, known.Model)) ?? new ModelAbilities(model);

    /// <summary>
    /// Reads all blocks, later layers over earlier ones. Throws <see cref="ConfigException"/> for an unknown key or value.
    /// </summary>
    public static ModelList Read(params IEnumerable<ConfigLayer> layers)
    {
        var blocks = new SortedDictionary<string, ModelAbilities>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            foreach (var (path, value) in layer.Values)
            {
                if (path.Split('.', 3) is not ["models", var label, var key])
                    throw new ConfigException($"{path} ({layer.Origin}) is no ability; write models.LABEL.KEY.");
                blocks[label] = Set(blocks.GetValueOrDefault(label) ?? new ModelAbilities(label), key, value, $"{path} ({layer.Origin})");
            }
        }
        return new ModelList([.. blocks.Values]);
    }

    private static ModelAbilities Set(ModelAbilities model, string key, string value, string where) => key switch
    {
        "model" => model with { Model = value },
        "kind" => model with { Kind = OneOf(value, where, "realtime", "transcription", "other") },
        "formats" => model with { Formats = Each(value, where, "audio/pcm", "audio/pcmu", "audio/pcma") },
        "turn-detection" => model with { TurnDetection = Each(value, where, "server_vad", "semantic_vad", "none") },
        "language" => model with { Language = OneOf(value, where, "language", "languages", "none") },
        "keywords" => model with { Keywords = Flag(value, where) },
        "prompt" => model with { Prompt = Flag(value, where) },
        "delay" => model with { Delay = Flag(value, where) },
        "reasoning" => model with { Reasoning = Flag(value, where) },
        "max-output-tokens" => model with
        {
            MaxOutputTokens = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens > 0 ? tokens
                : throw new ConfigException($"{where} is '{StrictConfig.Shown(value)}'; it must be a number of tokens."),
        },
        _ => throw new ConfigException($"Unknown key {where}. Known: model, kind, formats, turn-detection, language, keywords, prompt, "
            + "delay, reasoning, max-output-tokens."),
    };

    private static bool Flag(string value, string where) => OneOf(value, where, "on", "off", "true", "false") is "on" or "true";

    private static string[] Each(string value, string where, params string[] words) =>
        [.. value.Split(',', StringSplitOptions.TrimEntries).Select(word => OneOf(word, where, words))];

    private static string OneOf(string value, string where, params string[] words) => words.Contains(value) ? value
        : throw new ConfigException($"{where} is '{StrictConfig.Shown(value)}'; it must be of {string.Join(", ", words)}.");
}
