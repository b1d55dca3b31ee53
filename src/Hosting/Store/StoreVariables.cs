namespace RealtimeAkka.Hosting.Store;

/// <summary>The environment variables that say how the database is reached; Npgsql reads the others of PostgreSQL itself.</summary>
public static class StoreVariables
{
    /// <summary>A connection string of Npgsql: <c>Host=...;Database=...;Username=...;Password=...</c>.</summary>
    public const string Connection = "REALTIME_AKKA_STORE";

    /// <summary>The server, or the directory of its socket, where the connection string names none.</summary>
    public const string Host = "PGHOST";

    /// <summary>The port, where the connection string names none.</summary>
    public const string Port = "PGPORT";

    /// <summary>The database, where the connection string names none.</summary>
    public const string Database = "PGDATABASE";
}
