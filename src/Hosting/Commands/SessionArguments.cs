using System.CommandLine;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>The arguments that name a recorded session and the directory it is in.</summary>
internal sealed class SessionArguments
{
    /// <summary>The session.</summary>
    public Argument<string> Id { get; } = new("ID") { Description = "A session's id, the beginning of one, or last." };

    /// <summary>The directory of the recorded sessions.</summary>
    public Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = "Where sessions are recorded." };

    /// <summary>The directory to look in. Throws <see cref="ConfigException"/> if the one that is named is none.</summary>
    public string Directory(ParseResult parsed) => Directory(parsed.GetValue(Data));

    /// <summary>The same for this value of the option.</summary>
    public static string Directory(string? data) => data is not { } named ? RunPlanner.DefaultData
        : System.IO.Directory.Exists(named) ? named
        : throw new ConfigException(File.Exists(named) ? $"--data {named} is a file; it must be a directory."
            : $"--data '{named}' is not there; it must be the directory that sessions are recorded in.");

    /// <summary>The session's folder. Throws <see cref="ConfigException"/> if there is none.</summary>
    public string Folder(ParseResult parsed) => SessionFolders.Find(parsed.GetValue(Id)!, Directory(parsed));
}
