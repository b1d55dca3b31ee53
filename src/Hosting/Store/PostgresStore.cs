using Npgsql;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Store;

/// <summary>
/// Sessions in PostgreSQL. A batch is one transaction: copied in binary into temporary tables, then inserted where it is new, together with
/// how much of each session's file that makes. Used by one task at a time.
/// </summary>
public sealed class PostgresStore : ISessionStore
{
    // Seconds that a batch may take.
    private const int Limit = 30;

    private const int MaxForgotten = 200;

    private static readonly string[] Tables = ["sessions", "turns", "assistant", "tasks", "others", "charges"];

    // In the order of the ids, so that two processes with the same sessions wait for each other and not in a circle.
    private const string Merge =
        """
        INSERT INTO realtime_akka.sessions AS s SELECT * FROM new_sessions ORDER BY id ON CONFLICT (id) DO UPDATE SET
          model = excluded.model, asr_model = excluded.asr_model, source = excluded.source,
          finished = s.finished OR excluded.finished, exit = coalesce(excluded.exit, s.exit), turns = coalesce(excluded.turns, s.turns),
          duration_ms = CASE WHEN s.finished AND NOT excluded.finished THEN s.duration_ms ELSE excluded.duration_ms END,
          oob_usd = coalesce(excluded.oob_usd, s.oob_usd), asr_usd = coalesce(excluded.asr_usd, s.asr_usd),
          conversation_usd = coalesce(excluded.conversation_usd, s.conversation_usd),
          tasks_usd = coalesce(excluded.tasks_usd, s.tasks_usd), total_usd = coalesce(excluded.total_usd, s.total_usd),
          summary = coalesce(excluded.summary, s.summary), shipped_bytes = greatest(s.shipped_bytes, excluded.shipped_bytes),
          shipped_lines = greatest(s.shipped_lines, excluded.shipped_lines),
          skipped_lines = greatest(s.skipped_lines, excluded.skipped_lines), shipped_at = excluded.shipped_at;
        INSERT INTO realtime_akka.turns SELECT * FROM new_turns ON CONFLICT DO NOTHING;
        INSERT INTO realtime_akka.assistant SELECT * FROM new_assistant ON CONFLICT DO NOTHING;
        INSERT INTO realtime_akka.tasks SELECT * FROM new_tasks ON CONFLICT DO NOTHING;
        INSERT INTO realtime_akka.others SELECT * FROM new_others ON CONFLICT DO NOTHING;
        INSERT INTO realtime_akka.charges AS c
          SELECT DISTINCT ON (session, purpose, id) * FROM new_charges ORDER BY session, purpose, id, seq DESC
          ON CONFLICT (session, purpose, id) DO UPDATE SET usd = excluded.usd, seq = excluded.seq WHERE c.seq < excluded.seq;
        """;

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly TimeProvider _clock;
    private NpgsqlConnection? _connection;

    private PostgresStore(NpgsqlConnectionStringBuilder settings, TimeProvider clock) => (_settings, _clock) = (settings, clock);

    /// <summary>
    /// The database of a connection string (null: that of the environment); it is not reached yet. Throws
    /// <see cref="Configuration.ConfigException"/>.
    /// </summary>
    public static PostgresStore Open(TimeProvider clock, string? connection = null)
    {
        var settings = PostgresConnection.Read(connection, Limit);
        // One connection that stays: its temporary tables do.
        settings.Pooling = false;
        return new PostgresStore(settings, clock);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, ShipPosition>> PositionsAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        DoAsync<IReadOnlyDictionary<string, ShipPosition>>(async connection =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT id, shipped_bytes, shipped_lines, skipped_lines, finished FROM realtime_akka.sessions WHERE id = ANY ($1)",
                connection)
                { Parameters = { new() { Value = ids.ToArray() } } };
            await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var found = new Dictionary<string, ShipPosition>(StringComparer.Ordinal);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                found[reader.GetString(0)] = new ShipPosition(
                    reader.GetInt64(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetBoolean(4));
            }
            return found;
        }, cancellation);

    /// <inheritdoc/>
    public Task WriteAsync(IReadOnlyList<SessionPart> parts, CancellationToken cancellation) => DoAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        var now = _clock.GetUtcNow();
        await CopyAsync(connection, "sessions", parts, (rows, part) => PostgresRows.Session(rows, part, now), cancellation)
            .ConfigureAwait(false);
        var records = parts.SelectMany(part => part.Records.Select(record => (part.Id, record))).ToList();
        await CopyAsync(connection, "turns", records.Where(one => one.record.Record is TurnRecord), PostgresRows.Turn, cancellation)
            .ConfigureAwait(false);
        await CopyAsync(
            connection, "assistant", records.Where(one => one.record.Record is AssistantReplied), PostgresRows.Answer, cancellation)
            .ConfigureAwait(false);
        await CopyAsync(connection, "tasks", records.Where(one => one.record.Record is TaskCompleted), PostgresRows.Task, cancellation)
            .ConfigureAwait(false);
        await CopyAsync(
            connection, "others", records.Where(one => one.record.Record is not (TurnRecord or AssistantReplied or TaskCompleted)),
            PostgresRows.Other, cancellation).ConfigureAwait(false);
        await CopyAsync(connection, "charges", records.SelectMany(Charges), PostgresRows.Charge, cancellation).ConfigureAwait(false);
        await using var merge = new NpgsqlCommand(Merge, connection);
        await merge.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellation) => DoAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(
            "DELETE FROM realtime_akka.sessions WHERE id IN "
            + $"(SELECT id FROM realtime_akka.sessions WHERE started_at < $1 LIMIT {MaxForgotten})", connection)
            { Parameters = { new() { Value = before } } };
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }

    private static IEnumerable<(string, StoreCharge)> Charges((string Id, ShippedRecord Record) one) =>
        StoreCharge.Of(one.Record).Select(charge => (one.Id, charge));

    private async Task<T> DoAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work(_connection ??= await ConnectAsync(cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && (PostgresConnection.IsFailure(e) || e is StoreException))
        {
            // What became of the last transaction is not known: the next connection asks.
            await DisposeAsync().ConfigureAwait(false);
            throw e as StoreException ?? PostgresConnection.Failure(e);
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(_settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            await PostgresSchema.MigrateAsync(connection, cancellation).ConfigureAwait(false);
            await using var temporary = new NpgsqlCommand(
                string.Concat(Tables.Select(table => $"CREATE TEMP TABLE new_{table} (LIKE realtime_akka.{table}) ON COMMIT DELETE ROWS;")),
                connection);
            await temporary.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task CopyAsync<T>(
        NpgsqlConnection connection, string table, IEnumerable<T> items, Action<RowWriter, T> write, CancellationToken cancellation)
    {
        using var item = items.GetEnumerator();
        if (!item.MoveNext()) return;
        await using var importer = await connection.BeginBinaryImportAsync($"COPY new_{table} FROM STDIN (FORMAT BINARY)", cancellation)
            .ConfigureAwait(false);
        var rows = new RowWriter(importer);
        do
        {
            rows.Begin();
            write(rows, item.Current);
        }
        while (item.MoveNext());
        await importer.CompleteAsync(cancellation).ConfigureAwait(false);
    }
}
