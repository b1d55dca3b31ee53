using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Hosting.Actions;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads a <c>deliver</c> block of a task or a tool: where results go.</summary>
/// <param name="c">The whole configuration.</param>
/// <param name="app">The task and action actors of this program.</param>
public sealed class ActionPlanner(StrictConfig c, VoiceApp app)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The delivery at <paramref name="at"/>; null: none. Throws <see cref="ConfigException"/> for an invalid setting.</summary>
    public ActionSettings? Read(string at)
    {
        var (exec, http, actor) = (Exec($"{at}.exec", $"{at}.env"), Http($"{at}.http", $"{at}.bearer"), Actor($"{at}.actor"));
        var settings = new ActionSettings(
            exec ?? http, actor, c.Time($"{at}.timeout", TimeSpan.FromMilliseconds(100), Hour), c.Count($"{at}.retries", 0, 100),
            c.Count($"{at}.queue", 1, 10_000));
        return new object?[] { exec, http, actor }.Count(target => target is not null) switch
        {
            0 => null,
            1 => settings,
            _ => throw new ConfigException(
                $"{StrictConfig.Root}.{at} names more than one of exec, http and actor; write a second task for the other."),
        };
    }

    // A program is started only if a --config file of the user enables and names it: never by an option or a profile.
    private IAction? Exec(string key, string env)
    {
        var variables = Variables(env);
        var allowed = c.Flag("actions.exec");
        if (allowed && c.DirectoryOf("actions.exec") is null) throw c.Error("actions.exec", "switched on in a file for --config");
        if (c.TextOrNone(key) is not { } command) return null;
        if (c.DirectoryOf(key) is null) throw c.Error(key, "written in a file for --config");
        if (!allowed) throw c.Error(key, "none as long as realtime.actions.exec is off");
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? new ExecAction(words[0], words[1..], variables)
            : throw c.Error(key, "a program and its arguments, separated by spaces");
    }

    private string[] Variables(string key)
    {
        var names = (c.TextOrNone(key) ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        return names.Any(name => name is "OPENAI_API_KEY" or "AZURE_OPENAI_API_KEY")
            ? throw c.Error(key, "none, or names of environment variables; the API key is passed to no program") : names;
    }

    private IAction? Http(string key, string bearer)
    {
        var variable = c.TextOrNone(bearer);
        if (c.TextOrNone(key) is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0
            || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
        {
            throw c.Error(
                key, "an https:// address without user and password (http:// on this machine only); a token comes from the environment variable that bearer names");
        }
        var token = variable is null ? null : Environment.GetEnvironmentVariable(variable);
        return variable is null || token is { Length: > 0 } && token.All(letter => letter is > ' ' and < '\x7f')
            ? new HttpAction(url, token)
            : throw c.Error(bearer, "the name of an environment variable that holds a token");
    }

    private Type? Actor(string key) => c.TextOrNone(key) is not { } name ? null
        : app.Actions.TryGetValue(name, out var type) ? type
        : throw c.Error(key, app.Actions.Count == 0 ? "none: this program adds no actors for actions"
        : $"none or one of {string.Join(", ", app.Actions.Keys)}");
}
