using System.Text.Json;
using System.Text.RegularExpressions;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Actors.Tools;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads tasks and tools and the delivery of their results; every rule about such a setting is here.</summary>
/// <param name="c">The whole configuration.</param>
/// <param name="files">The directory of the program's own files.</param>
/// <param name="app">The task and action actors of this program.</param>
public sealed partial class TaskPlanner(StrictConfig c, string files, VoiceApp app)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private const int MaxSchemaBytes = 64 * 1024;

    /// <summary>All enabled tasks. Throws <see cref="ConfigException"/> for an invalid setting, also of a disabled task.</summary>
    public TasksSettings Tasks()
    {
        var names = c.Names("tasks");
        foreach (var registered in app.Tasks.Keys.Where(name => !names.Contains(name)))
        {
            throw new ConfigException(
                $"Task {registered} is added by this program but not configured. Write realtime.tasks.{registered} {{ prompt = FILE }} into a file for --config.");
        }
        return new TasksSettings([.. names.Select(Read).OfType<TaskSettings>()], c.Time("shutdown.tasks", TimeSpan.Zero, Day));
    }

    /// <summary>The functions that the spoken agent may call. Throws <see cref="ConfigException"/> for an invalid setting.</summary>
    public ToolsSettings Tools() =>
        new([.. c.Names("tools").Select(Tool).OfType<ToolSettings>()],
        c.Time("turns.asr-timeout", TimeSpan.Zero, Day) + c.Time("out-of-band.timeout", TimeSpan.Zero, Day));

    private ToolSettings? Tool(string name)
    {
        var at = $"tools.{name}";
        if (!FunctionName().IsMatch(name))
            throw new ConfigException(
                $"{StrictConfig.Root}.{at} is no name for a tool: letters, digits, hyphens and underscores, at most 64.");
        var schema = c.Text($"{at}.parameters") is "none" ? JsonSchema.Parse("""{"type":"object","properties":{}}""")
            : Schema($"{at}.parameters", $"{name}.schema.json");
        var description = c.Text($"{at}.description") is { Length: > 0 and <= 1000 } text ? text
            : throw c.Error($"{at}.description", "a description for the model, of 1 to 1000 characters");
        var action = new ActionPlanner(c, app).Read($"{at}.deliver")
            ?? throw new ConfigException($"{StrictConfig.Root}.{at}.deliver has no receiver: set deliver.exec, .http or .actor.");
        var needs = c.OneOf($"{at}.needs", "none", "transcript");
        return c.Flag($"{at}.enabled")
            ? new ToolSettings(name, description, schema ?? throw c.Error($"{at}.parameters", "none, or a JSON schema"),
            needs == "transcript", action) : null;
    }

    private TaskSettings? Read(string name)
    {
        var at = $"tasks.{name}";
        if (!TaskName().IsMatch(name) || name is OutOfBandRequest.Transcription)
            throw new ConfigException(
                $"{StrictConfig.Root}.{at} is no name for a task: lower-case letters, digits and hyphens, at most 32, and not transcription.");
        var actor = app.Tasks.GetValueOrDefault(name, typeof(PromptActor));
        var options = c.Section($"{at}.options");
        Formats(actor, at, options);
        var task = new TaskSettings(
            name, Prompt($"{at}.prompt", $"{name}.md"), Trigger($"{at}.trigger"),
            ContextScope.Parse(c.Text($"{at}.context"))
            ?? throw c.Error($"{at}.context", "full, last, last:N with N from 1 to 1000, or none"),
            Schema($"{at}.result", $"{name}.schema.json"), c.Time($"{at}.timeout", TimeSpan.FromMilliseconds(100), Day),
            c.Count($"{at}.retries", 0, 10))
        {
            Priority = c.Count($"{at}.priority", 1, 100),
            LimitUsd = (decimal)c.Number($"{at}.budget-share", 0, 1) * c.UsdOrNone("budget.usd"),
            Options = options,
            Action = new ActionPlanner(c, app).Read($"{at}.deliver"),
            Actor = actor,
        };
        return c.Flag($"{at}.enabled") ? task : null;
    }

    // The shipped validation would otherwise find an invalid regular expression only in the middle of a call.
    private void Formats(Type actor, string at, IReadOnlyDictionary<string, string> options)
    {
        if (actor != typeof(ValidationActor)) return;
        try
        {
            FieldValidator.FormatsOf(options);
        }
        catch (FormatException e)
        {
            throw new ConfigException($"{StrictConfig.Root}.{at}.options must be regular expressions without look-around: {e.Message}", e);
        }
    }

    private TaskTrigger Trigger(string key)
    {
        try
        {
            return TaskTrigger.Parse(c.Text(key));
        }
        catch (FormatException e)
        {
            throw c.Error(key, $"{TaskTrigger.Syntax} ({e.Message})");
        }
    }

    private PromptFile Prompt(string key, string standard)
    {
        try
        {
            return new PromptFile(c.Text(key) is "default" ? Path.Combine(files, "prompts", standard) : c.Path(key));
        }
        catch (FormatException e)
        {
            throw c.Error(key, e.Message);
        }
    }

    /// <summary>A schema from a file or from the configuration itself; null for <c>text</c>.</summary>
    public JsonSchema? Schema(string key, string standard)
    {
        var text = c.Text(key);
        if (text == "text") return null;
        try
        {
            var schema = JsonSchema.Parse(
                text.StartsWith('{') ? text
                : TextFile.Read(text == "default" ? Path.Combine(files, "prompts", standard) : c.Path(key), MaxSchemaBytes));
            return schema.Json.TryGetProperty("type", out var type) && type.ValueEquals("object") ? schema
                : throw new JsonException("$.type must be object.");
        }
        catch (JsonException e)
        {
            throw c.Error(key, $"text, or a JSON schema that can be used here: {e.Message.TrimEnd('.')}");
        }
        catch (FormatException e)
        {
            throw c.Error(key, $"text, a JSON schema, or {e.Message}");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex FunctionName();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,31}$")]
    private static partial Regex TaskName();
}
