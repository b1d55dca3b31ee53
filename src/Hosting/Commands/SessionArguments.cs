using System.CommandLine;
using System.CommandLine.Completions;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Store;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>Where recorded sessions are read from.</summary>
internal enum StoreKind
{
    /// <summary>Their folders.</summary>
    Files,
    /// <summary>PostgreSQL.</summary>
    Postgres,
}

/// <summary>The arguments that name a recorded session and the directory it is in.</summary>
internal sealed class SessionArguments
{
    private static readonly System.Buffers.SearchValues<char> OfId = System.Buffers.SearchValues.Create("s-0123456789abcdef");

    // A shell shows no more at once, and typing on narrows them down.
    private const int MaxIds = 200;

    /// <summary>Creates the arguments.</summary>
    public SessionArguments() => Id.CompletionSources.Add(Complete);

    /// <summary>The session.</summary>
    public Argument<string> Id { get; } = new("ID") { Description = "A session's id, the beginning of one, or last." };

    /// <summary>The directory of the recorded sessions.</summary>
    public Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = "Where sessions are recorded." };

    /// <summary>Where the sessions are read from.</summary>
    public Option<StoreKind> Store { get; } = Stores();

    /// <summary>The directory to look in. Throws <see cref="ConfigException"/> if the one that is named is none.</summary>
    public string Directory(ParseResult parsed) => Directory(parsed.GetValue(Data));

    /// <summary>The same for this value of the option.</summary>
    public static string Directory(string? data) => data is not { } named ? RunPlanner.DefaultData
        : System.IO.Directory.Exists(named) ? named
        : throw new ConfigException(File.Exists(named) ? $"--data {named} is a file; it must be a directory."
            : $"--data '{named}' is not there; it must be the directory that sessions are recorded in.");

    /// <summary>The session's folder. Throws <see cref="ConfigException"/> if there is none.</summary>
    public string Folder(ParseResult parsed) => SessionFolders.Find(parsed.GetValue(Id)!, Directory(parsed));

    /// <summary>The sessions to read. Throws <see cref="ConfigException"/> if the database or the directory is none.</summary>
    public IRecordedSessions Sessions(ParseResult parsed) => parsed.GetValue(Store) == StoreKind.Postgres
        ? PostgresSessions.Open(Directory(parsed)) : new FolderSessions(Directory(parsed));

    private static Option<StoreKind> Stores()
    {
        var option = new Option<StoreKind>("--store")
        {
            HelpName = "KIND", CustomParser = Parsed.OneOf<StoreKind>,
            Description = $"files, or postgres: the database of {StoreVariables.Connection} or PGHOST, ...",
        };
        option.CompletionSources.Clear(); // the names of the enumeration as they are in the sources
        option.CompletionSources.Add("files", "postgres");
        return option;
    }

    /// <summary>The ids that begin with the word that is being written, the newest first.</summary>
    public IEnumerable<CompletionItem> Complete(CompletionContext context)
    {
        var directory = context.ParseResult.GetValue(Data) ?? RunPlanner.DefaultData;
        return SessionFolders.All(directory).Select(folder => Path.GetFileName(folder)!).Reverse()
            // A shell inserts a proposal as it is: the name of a folder that is none of ours might mean something to it.
            .Where(id => id.StartsWith(context.WordToComplete, StringComparison.Ordinal) && !id.AsSpan().ContainsAnyExcept(OfId))
            .Take(MaxIds).Select(id => new CompletionItem(id));
    }
}
