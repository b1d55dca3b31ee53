using System.CommandLine;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>The options of <c>run</c>. Most are another spelling of a configuration key and are read as that key.</summary>
public sealed class RunOptions
{
    private readonly List<(Option<string> Option, string Key)> _keys = [];

    /// <summary>Creates every option once; several commands may share them.</summary>
    public RunOptions()
    {
        Key("--url", "URL", "session.url", "wss://...; ws:// on loopback; simulator; azure:RESOURCE.", "wss://api.openai.com/v1/realtime");
        Key("--model", "NAME", "session.model", "The Realtime model.", "gpt-realtime-2.1");
        Key("--voice", "NAME", "session.voice", "The assistant's voice.", "marin");
        Key("--asr-model", "NAME", "session.asr-model", "The model of the built-in transcription, or none.", "gpt-transcribe");
        Key("--input", "SOURCE", "mic.input", "mic, FILE.wav, or - for stdin: WAV, or raw PCM16 mono 24 kHz.", "mic");
        Key("--output", "TARGET", "playback.output", "speaker, null (plays into nothing), or FILE.wav.", "speaker");
        Key("--input-device", "DEVICE", "mic.device", "A microphone's index or part of its name (see devices).", "default");
        Key("--output-device", "DEVICE", "playback.device", "A loudspeaker's index or part of its name (see devices).", "default");
        Key("--pace", "PACE", "mic.pace", "How a file is sent: realtime or fast.", "realtime");
        Key("--context", "SCOPE", "out-of-band.context", "What the model hears again for its transcript: full, last or last:N turns.", "full");
        Key("--prompt", "FILE", "session.prompt", "The assistant's instructions.");
        Key("--transcription-prompt", "FILE", "out-of-band.transcription-prompt", "The instructions for the model's transcript.");
        Key("--turn-detection", "KIND", "turn-detection.type", "What ends a turn: server_vad, semantic_vad, or manual (Enter).", "server_vad");
        Key("--echo", "MODE", "echo.mode", "mute: the microphone is muted while the assistant is heard; barge-in: it stays open.", "mute");
        Key("--turns", "N", "end.turns", "End after N turns.");
        Key("--budget", "USD", "budget.usd", "The most that the session may cost, in US dollars.");
        Key("--data", "DIR", "data.directory", "Where sessions are recorded; none records nothing. Default: the per-user data folder.");
        Key("--record", "WHAT", "data.record", "Also record every event (wire), the sound (audio), or both (wire,audio).", "none");
        Profile.CompletionSources.Add(_ => RunCompletions.Profiles());
        Set.CompletionSources.Add(_ => RunCompletions.Keys());
    }

    /// <summary>A named block of settings.</summary>
    public Option<string?> Profile { get; } =
        new("--profile") { HelpName = "NAME", Description = "A named block of settings; cookbook has those that OpenAI published." };

    /// <summary>The session's duration in seconds.</summary>
    public Option<double?> Duration { get; } = new("--duration")
        { HelpName = "SECONDS", Description = "End after this many seconds.", CustomParser = result => Parsed.Seconds(result) };

    /// <summary>HOCON on top of the reference.</summary>
    public Option<string[]> Config { get; } =
        new("--config") { HelpName = "FILE", Description = "A HOCON or JSON file with settings; repeatable.",
        AllowMultipleArgumentsPerToken = false };

    /// <summary>Single values as <c>KEY=VALUE</c>.</summary>
    public Option<string[]> Set { get; } =
        new("--set") { HelpName = "KEY=VALUE", Description = "One setting, such as mic.frame=20 ms; repeatable.",
        AllowMultipleArgumentsPerToken = false };

    /// <summary>Allow ws:// to other machines.</summary>
    public Option<bool> Insecure { get; } = new("--insecure") { Description = "Allow ws:// (not encrypted) to other machines." };

    /// <summary>Records as JSON lines.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "One JSON object per line on stdout instead of text." };

    /// <summary>Cost and latency of each transcript.</summary>
    public Option<bool> Costs { get; } = new("--costs") { Description = "Show cost and latency of each transcript." };

    /// <summary>How a session is shown on a terminal.</summary>
    public Option<Ui> Ui { get; } = new("--ui")
    {
        HelpName = "text|live", Description = "text: lines; live: one screen that changes, with keys, on a terminal.",
        CustomParser = Parsed.OneOf<Ui>,
    };

    /// <summary>The options that decide how a session runs, in the order of the help text.</summary>
    public IEnumerable<Option> Settings => [.. _keys.Select(key => key.Option), Profile, Duration, Config, Set, Insecure];

    /// <summary>Every option: the settings, and how the session is shown.</summary>
    public IEnumerable<Option> All => [.. Settings, Json, Costs, Ui];

    /// <summary>The layers set on the command line; the origin of each is its option.</summary>
    public IEnumerable<ConfigLayer> Layers(ParseResult parsed)
    {
        foreach (var file in parsed.GetValue(Config) ?? []) yield return ReadFile(file);
        foreach (var pair in parsed.GetValue(Set) ?? []) yield return ReadPair(pair);
        foreach (var (option, key) in _keys)
        {
            if (parsed.GetValue(option) is { } value) yield return Layer(option.Name, key, value);
        }
        if (parsed.GetValue(Duration) is { } seconds)
            yield return Layer(Duration.Name, "end.duration", FormattableString.Invariant($"{seconds} s"));
        if (parsed.GetValue(Insecure)) yield return Layer(Insecure.Name, "session.insecure", "on");
    }

    /// <summary>Reads a HOCON file. Throws <see cref="ConfigException"/> if that fails.</summary>
    public static ConfigLayer ReadFile(string path)
    {
        try
        {
            return HoconFile.Read(TextFile.Read(path, HoconFile.MaxBytes), path) with
                { Directory = Path.GetDirectoryName(Path.GetFullPath(path)) };
        }
        catch (FormatException e)
        {
            throw new ConfigException($"--config '{path}' cannot be read; it must be {e.Message}.", e);
        }
    }

    private static ConfigLayer ReadPair(string pair)
    {
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0) throw new ConfigException($"--set {StrictConfig.Shown(pair)}: expected KEY=VALUE.");
        var key = pair[..at].Trim();
        var absolute = key.StartsWith($"{StrictConfig.Root}.", StringComparison.Ordinal)
            || key.StartsWith("akka.", StringComparison.Ordinal) || key.StartsWith("prices.", StringComparison.Ordinal);
        var path = absolute ? key : $"{StrictConfig.Root}.{key}";
        return HoconSyntax.IsPath(path)
            ? new ConfigLayer($"--set {key}", new Dictionary<string, string> { [path] = pair[(at + 1)..].Trim() })
            : throw new ConfigException(
                $"--set {StrictConfig.Shown(key)} names no key; write names separated by dots, such as mic.frame, at most {HoconSyntax.MaxPath} characters.");
    }

    private static ConfigLayer Layer(string origin, string key, string value) =>
        new(origin, new Dictionary<string, string> { [$"{StrictConfig.Root}.{key}"] = value });

    private void Key(string name, string argument, string key, string description, string? standard = null)
    {
        var option = new Option<string>(name)
        {
            HelpName = argument, Description = standard is null ? description : $"{description} [default: {standard}]",
        };
        option.CompletionSources.Add(_ => RunCompletions.Values(key));
        _keys.Add((option, key));
    }
}

/// <summary>How a session is shown on a terminal.</summary>
public enum Ui
{
    /// <summary>Lines, one after the other.</summary>
    Text,
    /// <summary>One screen that changes.</summary>
    Live,
}
