using System.CommandLine;
using System.CommandLine.Parsing;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>Options that several commands about recorded sessions share.</summary>
internal static class SessionOptions
{
    /// <summary><c>--since</c>.</summary>
    public static Option<DateTimeOffset?> Since(string description) => new("--since")
    {
        HelpName = "TIME", Description = $"{description}: 7d, 24h, 2026-11-22.", CustomParser = Time,
    };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary>One line on stderr about something that is left out.</summary>
    public static Action<string> Warn(InvocationConfiguration io) =>
        message => io.Error.WriteLine($"warning: {TerminalText.Line(message)}");

    private static DateTimeOffset? Time(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (PointInTime.TryParse(text, DateTimeOffset.UtcNow, out var time)) return time;
        argument.AddError($"--since is '{Configuration.StrictConfig.Shown(text)}'; it must be {PointInTime.Expected}.");
        return null;
    }
}
