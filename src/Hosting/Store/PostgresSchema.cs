using System.Reflection;
using Npgsql;

namespace RealtimeAkka.Hosting.Store;

/// <summary>The tables: made and changed by the first process that needs it, while all others wait.</summary>
internal static class PostgresSchema
{
    // Any number that nobody else takes.
    private const long Lock = 0x7265616c_616b6b61;

    private const string Prefix = "Store/";

    private static readonly string[] Migrations = [.. typeof(PostgresSchema).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Brings the database to the version of this program.</summary>
    public static async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (await VersionAsync(connection, cancellation).ConfigureAwait(false) == Migrations.Length) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await DoAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellation).ConfigureAwait(false);
        // Another process may have done it meanwhile.
        var version = await VersionAsync(connection, cancellation).ConfigureAwait(false);
        if (version > Migrations.Length)
            throw new StoreException(
                $"its tables are of version {version}, made by a newer program than this one, which knows {Migrations.Length}");
        if (version == 0)
        {
            if (await ScalarAsync(connection, "SHOW server_encoding", cancellation).ConfigureAwait(false) is not "UTF8")
                throw new StoreException("the database has another encoding than UTF8");
            await DoAsync(
                connection, "CREATE SCHEMA IF NOT EXISTS realtime_akka; CREATE TABLE realtime_akka.version (version integer PRIMARY KEY, "
                + "applied_at timestamptz NOT NULL DEFAULT now())", cancellation).ConfigureAwait(false);
        }
        for (; version < Migrations.Length; version++)
        {
            await DoAsync(connection, Text(Migrations[version]), cancellation).ConfigureAwait(false);
            await DoAsync(connection, $"INSERT INTO realtime_akka.version VALUES ({version + 1})", cancellation).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    // 0: there are none. The catalogue is asked as a table: what is remembered of names may be from before the lock.
    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        await ScalarAsync(
            connection, "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'realtime_akka' AND tablename = 'version'", cancellation)
            .ConfigureAwait(false) is null ? 0
            : await ScalarAsync(connection, "SELECT max(version) FROM realtime_akka.version", cancellation).ConfigureAwait(false) as int?
            ?? 0;

    private static async Task DoAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
    }

    private static string Text(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
