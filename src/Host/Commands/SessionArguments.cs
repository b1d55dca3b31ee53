using System.CommandLine;
using RealtimeAkka.Host.Configuration;
using RealtimeAkka.Host.Sessions;

namespace RealtimeAkka.Host.Commands;

/// <summary>How a command names a recorded session, and where it looks for it.</summary>
internal sealed class SessionArguments
{
    /// <summary>Which session.</summary>
    public Argument<string> Id { get; } = new("ID") { Description = "A session's id, the beginning of one, or last." };

    /// <summary>Where it is.</summary>
    public Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = "Where sessions are recorded." };

    /// <summary>The directory to look in.</summary>
    public string Directory(ParseResult parsed) => parsed.GetValue(Data) ?? RunPlanner.DefaultData;

    /// <summary>The session's folder. Throws <see cref="ConfigException"/> where there is none.</summary>
    public string Folder(ParseResult parsed) => SessionFolders.Find(parsed.GetValue(Id)!, Directory(parsed));
}
