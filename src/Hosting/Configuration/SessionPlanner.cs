using System.Text.Json;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>
/// Reads what the session asks the service for, and compares it with the abilities of the models: what a model is known not to take is
/// refused here, what is not known is sent with a notice.
/// </summary>
public sealed class SessionPlanner
{
    private const string LogProbabilities = "item.input_audio_transcription.logprobs";
    private const int MaxWords = 100, MaxVariables = 100;
    private static readonly string[] Efforts = ["minimal", "low", "medium", "high", "xhigh"];

    private readonly StrictConfig _config;
    private readonly ModelAbilities _model;
    private readonly ModelAbilities? _asr;
    private readonly List<Notice> _notices;

    /// <summary>A planner for these models; it adds its notices to <paramref name="notices"/>.</summary>
    public SessionPlanner(StrictConfig config, ModelList models, string model, string? asr, List<Notice> notices)
    {
        (_config, _model, _asr, _notices) = (config, models.Find(model), asr is null ? null : models.Find(asr), notices);
        if (_model.Kind is "transcription" or "other") throw config.Error("session.model", "a Realtime model");
        if (_asr?.Kind is "realtime" or "other") throw config.Error("session.asr-model", "a transcription model, or none");
        var name = config.OneOf("session.format", [.. SoundFormat.All.Select(format => format.Name)]);
        Format = SoundFormat.All.First(format => format.Name == name);
        if (_model.Formats.Count > 0 && !_model.Formats.Contains(Format.Type))
            throw config.Error("session.model", $"a model that takes {Format.Type}");
    }

    /// <summary>How the sound of the session is coded.</summary>
    public SoundFormat Format { get; }

    /// <summary>
    /// The session for <paramref name="turnDetection"/> (<c>manual</c>: none) with the model's instructions and its tools.
    /// </summary>
    public SessionConfig Plan(string turnDetection, string instructions, IReadOnlyList<FunctionTool> tools)
    {
        var stored = StoredPrompt();
        var format = AudioFormat.Of(Format);
        var noise = _config.OneOf("session.noise-reduction", "none", "near_field", "far_field");
        var speed = _config.Number("session.speed", 0.25, 1.5);
        return new SessionConfig(
            "realtime", ["audio"], stored is not null && _config.Text("session.prompt") == "default" ? null : instructions,
            new SessionAudio(
                new AudioInput(format, Transcription(), noise == "none" ? null : new NoiseReduction(noise), TurnDetection(turnDetection)),
                // The server's default is not sent, here and below: compatible servers may not know the field.
                new AudioOutput(format, _config.Identifier("session.voice"), speed == 1 ? null : speed)),
            tools.Count == 0 ? null : tools,
            ToolChoice(tools), ParallelToolCalls(), Effort("session.reasoning.effort"), MaxOutputTokens("session.max-output-tokens"),
            Truncation(), Tracing(), stored, _config.Flag("session.asr.logprobs") && _asr is not null ? [LogProbabilities] : null);
    }

    private Tracing? Tracing()
    {
        var (workflow, group) = (_config.NameOrNone("session.trace.workflow-name"), _config.NameOrNone("session.trace.group-id"));
        return _config.OneOf("session.tracing", "none", "auto") == "auto" ? new(workflow, group) : null;
    }

    /// <summary>The prompt at the service; null: none.</summary>
    private StoredPrompt? StoredPrompt()
    {
        var (version, variables) = (_config.IdentifierOrNone("session.stored-prompt.version"), Variables());
        return _config.IdentifierOrNone("session.stored-prompt.id") is { } id ? new(id, version, variables) : null;
    }

    private Dictionary<string, string>? Variables()
    {
        const string key = "session.stored-prompt.variables";
        if (_config.TextOrNone(key) is not { } text) return null;
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(text) is { Count: > 0 and <= MaxVariables } variables
                && variables.Values.All(value => value is not null) ? variables : throw new JsonException();
        }
        catch (JsonException)
        {
            throw _config.Error(key, $$"""a JSON object of 1 to {{MaxVariables}} texts, such as {"name":"Ada"}, or none""");
        }
    }

    /// <summary>Whether the model reasons; true if that is not known.</summary>
    public bool IsReasoning => _model.Reasoning != false;

    /// <summary>How long a sound must be to interrupt the assistant.</summary>
    public static TimeSpan MinInterruption(StrictConfig config) =>
        config.Time("echo.min-interruption", TimeSpan.Zero, TimeSpan.FromSeconds(5));

    /// <summary>A limit of tokens for one response; null: <c>inf</c>.</summary>
    public int? MaxOutputTokens(string key)
    {
        if (_config.Text(key) == "inf") return null;
        var tokens = _config.Count(key, 1, _model.MaxOutputTokens ?? 1_000_000);
        if (_model.MaxOutputTokens is null) NotKnown(_model, key);
        return tokens;
    }

    /// <summary>A reasoning effort; null: <c>default</c>.</summary>
    public Reasoning? Effort(string key)
    {
        var effort = _config.OneOf(key, ["default", .. Efforts]);
        if (effort == "default") return null;
        Require(_model, _model.Reasoning, key, "default");
        return new Reasoning(effort);
    }

    private Transcription? Transcription()
    {
        var spoken = _config.NameOrNone("session.language");
        var languages = _config.Text("session.asr.languages") == "default" ? List("session.language", spoken, 2, 16)
            : List("session.asr.languages", _config.NameOrNone("session.asr.languages"), 2, 16);
        var keywords = List("session.asr.keywords", _config.TextOrNone("session.asr.keywords"), 1, 200);
        var prompt = _config.TextOrNone("session.asr.prompt");
        var delay = _config.OneOf("session.asr.delay", ["none", .. Efforts]);
        if (prompt?.Length is 0 or > 8192)
            throw _config.Error("session.asr.prompt", "a text of at most 8,192 characters, or none");
        if (keywords?.Any(word => word.AsSpan().ContainsAny("<>\r\n")) == true)
            throw _config.Error("session.asr.keywords", "words without <, > and line breaks");
        if (_asr is null) return null;

        if (prompt is not null) Require(_asr, _asr.Prompt, "session.asr.prompt", "none");
        if (keywords is not null) Require(_asr, _asr.Keywords, "session.asr.keywords", "none");
        // The vocabulary is for every witness; a transcription model that takes no keywords goes without.
        if (HearingPlanner.Vocabulary(_config) is { Count: > 0 } vocabulary && _asr.Keywords != false)
            keywords = [.. (keywords ?? []).Concat(vocabulary).Distinct(StringComparer.Ordinal).Take(MaxWords)];
        if (delay != "none") Require(_asr, _asr.Delay, "session.asr.delay", "none");
        var isList = IsListOfLanguages(languages);
        return new Transcription(
            _config.Identifier("session.asr-model"), isList ? null : languages?[0], isList ? languages : null, prompt, keywords,
            delay == "none" ? null : delay);
    }

    // A model of which nothing is known gets one language as the older models do, and several as the newer ones do.
    private bool IsListOfLanguages(IReadOnlyList<string>? languages)
    {
        const string key = "session.language";
        if (languages is null) return false;
        switch (_asr!.Language)
        {
            case "languages": return true;
            case "none": throw _config.Error(key, $"none: {_asr.Model} takes no language");
            case "language" when languages.Count > 1: throw _config.Error(key, $"one language: {_asr.Model} takes no more");
            case null: NotKnown(_asr, key); break;
        }
        return languages.Count > 1;
    }

    private TurnDetection? TurnDetection(string type)
    {
        var creates = _config.Flag("turn-detection.create-response");
        var interrupts = _config.Flag("turn-detection.interrupt-response") && MinInterruption(_config) == TimeSpan.Zero;
        var idle = _config.TimeOrNone("turn-detection.idle-timeout", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        // All are read, also those not in use, so that an invalid value is always reported.
        TurnDetection[] detections =
        [
            new("server_vad", _config.Number("turn-detection.threshold", 0, 1), Milliseconds("turn-detection.prefix-padding"),
                Milliseconds("turn-detection.silence"), CreateResponse: creates, InterruptResponse: interrupts,
                IdleTimeoutMs: (int?)idle?.TotalMilliseconds),
            new("semantic_vad", Eagerness: _config.OneOf("turn-detection.eagerness", "auto", "low", "medium", "high"),
                CreateResponse: creates, InterruptResponse: interrupts),
        ];
        if (type == "manual") return null;
        if (idle is not null && type != "server_vad") throw _config.Error("turn-detection.idle-timeout", "none except with server_vad");
        if (_model.TurnDetection.Count > 0 && !_model.TurnDetection.Contains(type))
            throw _config.Error("turn-detection.type", $"one that {_model.Model} takes: {string.Join(", ", _model.TurnDetection)}, manual");
        if (_asr?.TurnDetection is ["none"])
            throw _config.Error("turn-detection.type", $"manual: {_asr.Model} works without turn detection only");
        return Array.Find(detections, detection => detection.Type == type);
    }

    private ToolChoice? ToolChoice(IReadOnlyList<FunctionTool> tools) => _config.Name("session.tool-choice") switch
    {
        "auto" => null,
        ("none" or "required") and var mode => new ToolChoice(mode),
        var name => tools.Any(tool => tool.Name == name) ? Protocol.Wire.ToolChoice.Force(name)
            : throw _config.Error("session.tool-choice", "auto, none, required or the name of a tool"),
    };

    private bool? ParallelToolCalls()
    {
        const string key = "session.parallel-tool-calls";
        if (_config.Text(key) == "default") return null;
        var isParallel = _config.OneOf(key, "default", "on", "off", "true", "false") is "on" or "true";
        Require(_model, _model.Reasoning, key, "default");
        return isParallel;
    }

    private Truncation? Truncation()
    {
        var type = _config.OneOf("session.truncation.type", "auto", "disabled", "retention_ratio");
        double? ratio = _config.Text("session.truncation.retention-ratio") == "none" ? null
            : _config.Number("session.truncation.retention-ratio", 0, 1);
        var limit = _config.CountOrNone("session.truncation.post-instructions", 0, 1_000_000);
        if (type == "retention_ratio" && ratio is null) throw _config.Error("session.truncation.retention-ratio", "a number from 0 to 1");
        return type switch { "auto" => null, "disabled" => new Truncation(type), _ => new Truncation(type, ratio, limit) };
    }

    private void Require(ModelAbilities model, bool? isTaken, string key, string without)
    {
        if (isTaken == false) throw _config.Error(key, $"{without}: {model.Model} does not take it");
        if (isTaken is null) NotKnown(model, key);
    }

    private void NotKnown(ModelAbilities model, string key) => _notices.Add(new Notice(NoticeLevel.Warning, "unknown_ability",
        $"Nothing is known about {model.Model} and {key}: it is sent as it is. See models.hocon."));

    private List<string>? List(string key, string? text, int minLength, int maxLength)
    {
        if (text is null) return null;
        List<string> words = [.. text.Split(',', StringSplitOptions.TrimEntries)];
        return words.Count is >= 1 and <= MaxWords && words.TrueForAll(word => word.Length >= minLength && word.Length <= maxLength) ? words
            : throw _config.Error(key, $"up to {MaxWords} of {minLength} to {maxLength} characters, separated by commas, or none");
    }

    private int Milliseconds(string key) => (int)_config.Time(key, TimeSpan.Zero, TimeSpan.FromSeconds(30)).TotalMilliseconds;
}
