using System.Globalization;
using RealtimeAkka.EndToEnd.Tests.Gateway;

namespace RealtimeAkka.EndToEnd.Tests.Store;

/// <summary>
/// The store or the program that fills it goes away in the middle: no call notices, nothing is lost and nothing is there twice.
/// REALTIME_OUTAGE sets the length of the outage in seconds (1 by default).
/// </summary>
[Collection(nameof(StoreCollection))]
public sealed class StoreOutageTests(StoreServer server)
{
    private static readonly double Outage = Environment.GetEnvironmentVariable("REALTIME_OUTAGE") is { Length: > 0 } value
        ? double.Parse(value, CultureInfo.InvariantCulture) : 1;

    [StoreFact]
    public async Task A_store_that_stops_under_load_and_comes_back_has_everything_once()
    {
        var database = new StoreDatabase(server.Server);
        using var serve = await ServeProcess.StartAsync(
            args: ["--set", "store.kind=postgres", "--set", "playback.speed=100"], variables: database.Variables);
        List<string> calls = [];
        async Task CallAsync()
        {
            for (var i = 0; i < 2; i++) calls.Add(await serve.PostAsync("sample"));
        }

        await CallAsync();
        // It stops while something of them is there, and not all.
        await database.UntilAsync("SELECT count(*) > 0 FROM realtime_akka.turns", "True");
        server.Server.Stop();
        try
        {
            var until = DateTime.UtcNow.AddSeconds(Outage);
            // Calls go on, begin and end meanwhile.
            do
            {
                await CallAsync();
                using var limit = new CancellationTokenSource(HostProcess.Limit);
                while ((await serve.GetAsync("/api/calls?state=live")).GetProperty("calls").GetArrayLength() > 0)
                    limit.Token.ThrowIfCancellationRequested();
            }
            while (DateTime.UtcNow < until);
        }
        finally
        {
            server.Server.Resume();
        }
        await CallAsync();
        await database.UntilAsync($"SELECT count(*) FROM realtime_akka.sessions WHERE finished AND exit = 'completed'", $"{calls.Count}");

        foreach (var call in calls)
        {
            Assert.Equal(6, serve.Recorded(call).Count(record => record.Text("type") == "turn"));
            Assert.Equal(File.ReadLines(Path.Combine(serve.Host.Data, call, "turns.jsonl")), database.Records(call));
        }
        Assert.Equal(
            database.Rows("SELECT oob_usd + asr_usd + conversation_usd FROM realtime_akka.sessions ORDER BY id"),
            database.Rows("SELECT sum(usd) FROM realtime_akka.charges WHERE purpose <> 'task' GROUP BY session ORDER BY session"));
        var result = await serve.EndAsync();
        Assert.Equal(0, result.ExitCode);
        // A line for the outage, and one for its end.
        Assert.Equal(
            ["The store does not answer", "The store answers again"],
            result.Errors.Split('\n').Where(line => line.Contains("The store", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf("The store", StringComparison.Ordinal)..]
                    .Split([" (", " after"], StringSplitOptions.None)[0]));
    }

    [StoreFact]
    public async Task A_process_that_is_killed_while_it_copies_leaves_nothing_out_and_nothing_twice()
    {
        var (database, data) = (new StoreDatabase(server.Server), new StoredSessions());
        for (var session = 0; session < 40; session++) data.Add(session, turns: 60, isFinished: session % 3 > 0);
        var killed = 0;
        for (var kill = 0; kill < 3; kill++)
        {
            using var ship = HostProcess.Start(["sessions", "ship", "--data", data.Directory], variables: database.Variables);
            // Each time a little further: a batch has 2,000 of the 7,200 records, a third of them turns.
            await database.UntilAsync($"SELECT count(*) >= {600 * kill} FROM realtime_akka.turns", "True");
            ship.Signal("KILL");
            killed += (await ship.EndAsync()).ExitCode == 137 ? 1 : 0;
        }
        Assert.True(killed > 0, "No process was killed before its end.");
        await RunAsync(database, data);
        data.Equal(database);
        Assert.Equal("0 records copied.\n", await RunAsync(database, data));
    }

    [StoreFact]
    public async Task A_serve_that_is_killed_is_made_up_for_at_the_next_start()
    {
        var (database, data) = (new StoreDatabase(server.Server), new StoredSessions());
        string id;
        using (var serve = await ServeProcess.StartAsync(args: ["--set", "store.kind=postgres"], variables: database.Variables))
        {
            id = await serve.PostAsync("sample", "realtime");
            await serve.EventsAsync(id, enough: record => record.Text("type") == "turn");
            serve.Host.Signal("KILL");
            await serve.Host.EndAsync();
            Directory.Move(Path.Combine(serve.Host.Data, id), Path.Combine(data.Directory, id));
        }
        await RunAsync(database, data);
        Assert.Equal(File.ReadLines(Path.Combine(data.Directory, id, "turns.jsonl")), database.Records(id));
        Assert.Equal(["False"], database.Rows("SELECT finished FROM realtime_akka.sessions"));
    }

    private static async Task<string> RunAsync(StoreDatabase database, StoredSessions data)
    {
        using var ship = HostProcess.Start(["sessions", "ship", "--data", data.Directory], variables: database.Variables);
        var result = await ship.EndAsync();
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        return result.Output;
    }
}
