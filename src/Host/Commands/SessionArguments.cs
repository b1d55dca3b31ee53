using System.CommandLine;
using RealtimeAkka.Host.Configuration;
using RealtimeAkka.Host.Sessions;

namespace RealtimeAkka.Host.Commands;

/// <summary>The arguments that name a recorded session and the directory it is in.</summary>
internal sealed class SessionArguments
{
    /// <summary>The session.</summary>
    public Argument<string> Id { get; } = new("ID") { Description = "A session's id, the beginning of one, or last." };

    /// <summary>The directory of the recorded sessions.</summary>
    public Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = "Where sessions are recorded." };

    /// <summary>The directory to look in.</summary>
    public string Directory(ParseResult parsed) => parsed.GetValue(Data) ?? RunPlanner.DefaultData;

    /// <summary>The session's folder. Throws <see cref="ConfigException"/> if there is none.</summary>
    public string Folder(ParseResult parsed) => SessionFolders.Find(parsed.GetValue(Id)!, Directory(parsed));
}
