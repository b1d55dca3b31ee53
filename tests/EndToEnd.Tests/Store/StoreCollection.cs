using System.Globalization;
using Npgsql;

namespace RealtimeAkka.EndToEnd.Tests.Store;

/// <summary>One PostgreSQL server for the tests of the store, which run one after the other: some stop it.</summary>
[CollectionDefinition(nameof(StoreCollection))]
public sealed class StoreCollection : ICollectionFixture<StoreServer>;

/// <summary>The server, started by the first test that needs it.</summary>
public sealed class StoreServer : IDisposable
{
    private readonly Lazy<PostgresServer> _server = new(() => PostgresServer.Start("fsync=off"));

    internal PostgresServer Server => _server.Value;

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
    }
}

/// <summary>An empty database, and what a test asks it.</summary>
internal sealed class StoreDatabase(PostgresServer server)
{
    /// <summary>How it is reached.</summary>
    public string Connection { get; } = server.CreateDatabase();

    /// <summary>The environment of a program that uses it.</summary>
    public Dictionary<string, string> Variables => new() { ["REALTIME_AKKA_STORE"] = Connection };

    /// <summary>The rows of a query, their values as text, separated by |.</summary>
    public List<string> Rows(string sql)
    {
        using var connection = new NpgsqlConnection(Connection + ";Pooling=false"); // none that was cut off
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }

    /// <summary>The records of a session, as the tables have them.</summary>
    public List<string> Records(string id) => Rows(
        $"""
        SELECT record::text FROM (SELECT session, seq, record FROM realtime_akka.turns UNION ALL
          SELECT session, seq, record FROM realtime_akka.assistant UNION ALL SELECT session, seq, record FROM realtime_akka.tasks UNION ALL
          SELECT session, seq, record FROM realtime_akka.others) r WHERE session = '{id}' ORDER BY seq
        """);

    /// <summary>Waits until a query has this one value.</summary>
    public async Task UntilAsync(string sql, string value)
    {
        using var limit = new CancellationTokenSource(HostProcess.Limit);
        while (Try(sql) != value) await Task.Delay(20, limit.Token);
    }

    // The tables may not be there yet.
    private string? Try(string sql)
    {
        try
        {
            return Rows(sql) is [var value] ? value : null;
        }
        catch (PostgresException e) when (e.SqlState is "42P01" or "3F000")
        {
            return null;
        }
    }
}
