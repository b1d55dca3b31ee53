using Npgsql;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Store;

/// <summary>A call in the store, for a list of calls.</summary>
public sealed record StoredCall(string Id, DateTimeOffset StartedAt, string Source, int Turns, decimal TotalUsd, bool IsFinished);

/// <summary>The sessions in PostgreSQL. Every method throws <see cref="ConfigException"/> if it does not answer.</summary>
public sealed class PostgresSessions : IRecordedSessions
{
    // Seconds that an answer may take.
    private const int Limit = 15;

    private const string Columns =
        "SELECT id, started_at, model, asr_model, source, duration_ms, skipped_lines, summary FROM realtime_akka.sessions ";

    private const string Lines =
        """
        SELECT record FROM (
          SELECT seq, record FROM realtime_akka.turns WHERE session = $1 UNION ALL
          SELECT seq, record FROM realtime_akka.assistant WHERE session = $1 UNION ALL
          SELECT seq, record FROM realtime_akka.tasks WHERE session = $1 UNION ALL
          SELECT seq, record FROM realtime_akka.others WHERE session = $1) AS records ORDER BY seq
        """;

    // Of a session without a summary: what its records come to.
    private const string Calls =
        """
        SELECT id, started_at, source,
          coalesce(turns, (SELECT count(DISTINCT turn)::integer FROM realtime_akka.turns t WHERE t.session = s.id)),
          coalesce(total_usd, (SELECT sum(usd) FROM realtime_akka.charges c WHERE c.session = s.id), 0), finished
        FROM realtime_akka.sessions s
        """;

    // Whoever still writes a session would go on behind what it has copied, and the store would miss the beginning.
    private const string IsOver = "(finished OR shipped_at < now() - interval '1 day')";

    private readonly NpgsqlDataSource _database;
    private readonly string _directory;
    private bool _isChecked;

    private PostgresSessions(NpgsqlDataSource database, string directory) => (_database, _directory) = (database, directory);

    /// <summary>
    /// The sessions of the database of a connection string (null: that of the environment). <paramref name="directory"/>: where the folders
    /// of those of this machine are.
    /// </summary>
    public static PostgresSessions Open(string directory, string? connection = null)
    {
        var settings = PostgresConnection.Read(connection, Limit);
        if (!settings.ContainsKey("Maximum Pool Size")) settings.MaxPoolSize = 8;
        return new PostgresSessions(NpgsqlDataSource.Create(settings), directory);
    }

    /// <inheritdoc/>
    public IEnumerable<RecordedSession> Read(DateTimeOffset? since, Action<string> warn)
    {
        var rows = Ask(
            $"{Columns} WHERE started_at >= $1 ORDER BY id", Row, since is { } time ? time.ToUniversalTime() : DateTimeOffset.UnixEpoch);
        foreach (var session in rows.Select(Session))
        {
            if (session.Warning is { } warning) warn(warning);
            yield return session;
        }
    }

    /// <inheritdoc/>
    public RecordedSession Find(string id)
    {
        if (id == "last")
            return Ask($"{Columns} ORDER BY shipped_at DESC, id DESC LIMIT 1", Row) is [var last] ? Session(last)
                : throw new ConfigException("There is no session in the store.");
        // Ids have no character after '~'.
        var found = id.Contains('\0', StringComparison.Ordinal) ? []
            : Ask($"{Columns} WHERE id >= $1 AND id < $1 || '~' ORDER BY id LIMIT 2", Row, id);
        return found switch
        {
            [var first, ..] when first.Id == id => Session(first),
            [var only] => Session(only),
            [] => throw new ConfigException($"There is no session {id} in the store. See `sessions list --store postgres`."),
            _ => throw new ConfigException(
                $"Several sessions in the store begin with '{id}', such as {found[0].Id} and {found[1].Id}. Write more of the id."),
        };
    }

    /// <inheritdoc/>
    public (IReadOnlyList<RecordLine> Lines, int Skipped) Records(RecordedSession session) => (Records(session.Id), session.Skipped);

    /// <summary>The records of a session in their order; none if it is not there.</summary>
    public IReadOnlyList<RecordLine> Records(string id) =>
        [.. Ask(Lines, reader => RecordReader.Decode(reader.GetFieldValue<byte[]>(0)), id).OfType<RecordLine>()];

    /// <summary>The newest sessions, as a list of calls shows them.</summary>
    public IReadOnlyList<StoredCall> Newest(int most) => Ask($"{Calls} ORDER BY id DESC LIMIT $1", Call, most);

    /// <summary>One of them; null: it is not there.</summary>
    public StoredCall? Call(string id) => Ask($"{Calls} WHERE id = $1", Call, id) is [var call] ? call : null;

    /// <summary>The summary of a session as it was written; null: it has none.</summary>
    public SessionSummary? Summary(string id) =>
        Ask($"{Columns} WHERE id = $1", Row, id) is [{ Summary: { } json }] ? RecordedSession.ReadSummary(json, id) : null;

    /// <summary>The ids of the sessions that started before this time.</summary>
    public IReadOnlyList<string> StartedBefore(DateTimeOffset time) => Ask(
        "SELECT id FROM realtime_akka.sessions WHERE started_at < $1 ORDER BY id", reader => reader.GetString(0), time.ToUniversalTime());

    /// <summary>Whether a session may be deleted, by its id; if not, why, as the end of a sentence about it.</summary>
    public (SessionRemoval.Candidate? Candidate, string? Reason) Judge(string id) =>
        Ask($"SELECT shipped_bytes, {IsOver} FROM realtime_akka.sessions WHERE id = $1", Judged, id) switch
        {
            [(var bytes, true)] => (new SessionRemoval.Candidate(id, bytes), null),
            [_] => (null, "has no summary and was written to on the last day: it may still run"),
            _ => (null, "is not there"),
        };

    /// <summary>
    /// Deletes a session with its records, if <see cref="Judge"/> still allows it. Null if that is done; else why not, as the end of a
    /// sentence.
    /// </summary>
    public string? Delete(SessionRemoval.Candidate candidate) =>
        Ask($"DELETE FROM realtime_akka.sessions WHERE id = $1 AND {IsOver} RETURNING shipped_bytes, true", Judged, candidate.Folder)
            is [_] ? null : "was written to or deleted meanwhile";

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static (long Bytes, bool IsOver) Judged(NpgsqlDataReader reader) => (reader.GetInt64(0), reader.GetBoolean(1));

    private RecordedSession Session(SessionRow row)
    {
        var folder = Path.Combine(_directory, row.Id);
        // Read from its folder, a finished session's lines are not looked at before its records are.
        if (row.Summary is { } json && RecordedSession.ReadSummary(json, row.Id) is { } summary)
            return RecordedSession.Finished(folder, row.Facts, summary);
        return RecordedSession.Unfinished(folder, row.Facts, Records(row.Id), TimeSpan.FromMilliseconds(row.LengthMs))
            with { Skipped = row.Skipped };
    }

    private static SessionRow Row(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        new RecordedFacts(
            new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
            Source(reader.GetString(4))),
        reader.GetInt64(5), reader.GetInt32(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7));

    private static StoredCall Call(NpgsqlDataReader reader) => new(
        reader.GetString(0), new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero), reader.GetString(2), reader.GetInt32(3),
        reader.GetDecimal(4), reader.GetBoolean(5));

    /// <summary>Where a call came from, by the name of it in the store.</summary>
    internal static CallSource Source(string name) => Enum.TryParse<CallSource>(name, ignoreCase: true, out var source) ? source
        : CallSource.File;

    private List<T> Ask<T>(string sql, Func<NpgsqlDataReader, T> read, params ReadOnlySpan<object> values)
    {
        try
        {
            using var connection = _database.OpenConnection();
            Check(connection);
            using var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
            using var reader = command.ExecuteReader();
            List<T> rows = [];
            while (reader.Read()) rows.Add(read(reader));
            return rows;
        }
        catch (Exception e) when (PostgresConnection.IsFailure(e))
        {
            throw new ConfigException($"The store cannot be read: {PostgresConnection.Failure(e).Message.TrimEnd('.')}.", e);
        }
    }

    private void Check(NpgsqlConnection connection)
    {
        if (_isChecked) return;
        using var command = new NpgsqlCommand("SELECT to_regclass('realtime_akka.sessions')::text", connection);
        if (command.ExecuteScalar() is not string)
            throw new ConfigException(
                "The store cannot be read: the database has no tables of this program; the first run or serve with "
                + "store.kind = postgres makes them.");
        _isChecked = true;
    }

    private sealed record SessionRow(string Id, RecordedFacts Facts, long LengthMs, int Skipped, byte[]? Summary);
}
