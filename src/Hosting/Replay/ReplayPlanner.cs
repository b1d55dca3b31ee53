using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>Builds the plan of a replay from the settings in a session's folder, and others over them.</summary>
/// <param name="files">The directory of the program's own files.</param>
/// <param name="app">The task and action actors of this program.</param>
public sealed class ReplayPlanner(string files, VoiceApp app)
{
    // Of the place where the session ran, and of what a replay does not do: it neither connects, listens, plays, records nor delivers.
    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["mic.input"] = "-", ["mic.device"] = "default", ["playback.output"] = "null", ["playback.device"] = "default",
        ["session.key-command"] = "none", ["data.directory"] = "none", ["data.record"] = "none", ["serve.inputs"] = "none",
        ["actions.exec"] = "off", ["logging.console"] = "error",
    };

    // Any target that is never called: where results go is replaced, but a function of the agent needs one.
    private const string Nowhere = "https://replay.invalid/";

    /// <summary>
    /// The plan. <paramref name="written"/>: settings of the user, over those of the recording. Warnings go to <paramref name="warn"/>.
    /// Throws <see cref="ConfigException"/> for a folder without settings, and for settings that are not valid.
    /// </summary>
    public (RunPlan Plan, bool CanRenewKey) Plan(
        string folder, TimelineEntry.Began began, IReadOnlyList<ConfigLayer> written, Action<string> warn)
    {
        var hocon = Path.Combine(files, "hocon");
        var recorded = Read(Path.Combine(folder, "config.json"));
        var defaults = ConfigStack.Load(hocon, profile: null, []).Config.All
            .ToDictionary(entry => entry.Path, entry => entry.Value, StringComparer.Ordinal);
        var (values, unknown) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<string>());
        foreach (var (key, (text, isDefault)) in recorded)
        {
            var value = text ?? "";
            var isKnown = defaults.TryGetValue(key, out var now) || IsNamed(key);
            // Only what was set, or has another default now: some rules ask whether a value was set.
            if (isDefault && (!isKnown || now is null || now == value)) continue;
            if (isKnown) values[key] = value;
            else unknown.Add(key);
        }
        if (unknown.Count > 0)
            warn($"config.json has settings that this version does not have, which are left out: {string.Join(", ", unknown.Take(5))}"
                + (unknown.Count > 5 ? $" and {unknown.Count - 5} more." : "."));

        var canRenewKey = values.GetValueOrDefault($"{StrictConfig.Root}.session.key-command") is not (null or "none");
        Redirect(values);
        foreach (var (key, value) in Own) values[$"{StrictConfig.Root}.{key}"] = value;
        // Prompts and schemas that the settings name by a relative path are expected in the folder.
        var layer = new ConfigLayer("config.json", values) { Directory = folder };
        var plan = new RunPlanner(files, VoiceHost.Runtime, began.At, app).Plan(
            ConfigStack.Load(hocon, profile: null, [layer, .. written]), new SessionId(began.Session), demo: false);
        return (plan with { Session = Adapted(plan, began) }, canRenewKey);
    }

    /// <summary>The session with whatever it delivers to replaced by <paramref name="actions"/>.</summary>
    internal static SessionSettings With(SessionSettings session, ReplayAction actions) => session with
    {
        Tasks = session.Tasks with
        {
            Tasks = [.. session.Tasks.Tasks.Select(task => task with { Action = Replaced(task.Action, actions.ForResults) })],
        },
        Tools = session.Tools with
        {
            Tools = [.. session.Tools.Tools.Select(tool => tool with { Action = Replaced(tool.Action, actions.ForTools)! })],
        },
    };

    private static ActionSettings? Replaced(ActionSettings? action, IAction by) =>
        action is null ? null : action with { Port = by, Actor = null };

    // What serve decides for each call.
    private static SessionSettings Adapted(RunPlan plan, TimelineEntry.Began began)
    {
        var session = plan.Session;
        var playback = session.Playback;
        if (began.Source is CallSource.Browser or CallSource.Telephone)
        {
            playback = playback with
            {
                Block = Serving.CallHost.NetworkBlock,
                // Whoever telephones may always speak over the assistant.
                MuteWhileHeard = began.Source == CallSource.Browser && !plan.Serve.BargeIn,
            };
        }
        return (session with
        {
            Facts = session.Facts with { Input = began.Input, Source = began.Source },
            Mic = session.Mic with { Realtime = began.Realtime },
            Playback = playback,
        }).WithFormat(began.SoundFormat!);
    }

    private static bool IsNamed(string key) =>
        key.Split('.') is [StrictConfig.Root, "tasks" or "tools" or "entities" or "phantoms", _, ..];

    // A program or an actor becomes an address, so that a function still has a target.
    private static void Redirect(Dictionary<string, string> values)
    {
        foreach (var (key, value) in values.Where(entry => entry.Value != "none").ToList())
        {
            var at = key.LastIndexOf('.');
            if (at < 0 || !key[..at].EndsWith(".deliver", StringComparison.Ordinal)) continue;
            if (key[(at + 1)..] is not ("exec" or "actor" or "bearer")) continue;
            values[key] = "none";
            if (!key.EndsWith(".bearer", StringComparison.Ordinal)) values[$"{key[..at]}.http"] = Nowhere;
        }
    }

    private static Dictionary<string, (string? Value, bool IsDefault)> Read(string path)
    {
        try
        {
            return RecordedSettings.Read(path);
        }
        catch (FormatException e)
        {
            throw new ConfigException($"{path} must be {e.Message}.", e);
        }
        catch (InvalidDataException e)
        {
            throw new ConfigException($"{path} is not what this program writes: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
