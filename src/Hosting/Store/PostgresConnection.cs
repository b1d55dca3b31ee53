using Npgsql;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Hosting.Store;

/// <summary>How the database is reached, and what its failures mean. No message holds the password.</summary>
internal static class PostgresConnection
{
    /// <summary>
    /// What a connection string says (null: that of the environment). <paramref name="seconds"/>: the longest that a command may take,
    /// unless it says so. Throws <see cref="ConfigException"/> if it says nothing that can be understood.
    /// </summary>
    public static NpgsqlConnectionStringBuilder Read(string? connection, int seconds)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connection ?? EnvironmentVariable.Read(StoreVariables.Connection) ?? "");
            settings.Host ??= EnvironmentVariable.Read(StoreVariables.Host) ?? "localhost";
            settings.Database ??= EnvironmentVariable.Read(StoreVariables.Database);
            if (!settings.ContainsKey("Port") && EnvironmentVariable.Read(StoreVariables.Port) is { } port) settings["Port"] = port;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // What the exception says may be a part of the password.
            throw new ConfigException(
                $"{StoreVariables.Connection} or {StoreVariables.Port} is not understood; a connection string is "
                + "Host=NAME;Database=NAME;Username=NAME;Password=..., with quotes around a password that has a semicolon.");
        }
        if (!settings.ContainsKey("Timeout")) settings.Timeout = 5;
        if (!settings.ContainsKey("Command Timeout")) settings.CommandTimeout = seconds;
        settings.ApplicationName ??= "realtime-akka";
        settings.IncludeErrorDetail = false; // it would quote what was said
        settings.PersistSecurityInfo = false;
        return settings;
    }

    /// <summary>A failure of the database, as it is told.</summary>
    public static StoreException Failure(Exception e) => e switch
    {
        // Data that it cannot hold, or that contradicts what it has.
        PostgresException { SqlState: ['2', '2' or '3', ..] } refused => new StoreException(refused.MessageText, e, isRefused: true),
        PostgresException other => new StoreException(other.MessageText, e),
        { InnerException: { } inner } => new StoreException($"{e.Message.TrimEnd('.')}: {inner.Message}", e),
        _ => new StoreException(e.Message, e),
    };

    /// <summary>Whether an exception is the database's or the network's.</summary>
    public static bool IsFailure(Exception e) => e is NpgsqlException or TimeoutException or IOException
        or System.Net.Sockets.SocketException or InvalidOperationException or NotSupportedException;
}
