using System.Text.Json;
using RealtimeAkka.EndToEnd.Tests.Gateway;
using RealtimeAkka.Faults;
using RealtimeAkka.Hosting.Store;

namespace RealtimeAkka.EndToEnd.Tests.Store;

/// <summary>Sessions in PostgreSQL are those in the folders.</summary>
[Collection(nameof(StoreCollection))]
public sealed class StoreTests(StoreServer server)
{
    private static readonly string[] InPostgres = ["--set", "store.kind=postgres"];

    [StoreFact]
    public async Task A_session_is_in_the_tables_with_equal_amounts_and_is_read_from_them_as_from_its_folder()
    {
        var database = new StoreDatabase(server.Server);
        var call = new SpokenCall(turns: 3);
        await using var model = await TestCall.ServeAsync(call.Scenario().ToJsonString());
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(model.Url, ["--input", TestCall.Wav(call.Pcm), .. InPostgres]), key: "test",
            variables: database.Variables);
        var result = await host.EndAsync();
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var id = Path.GetFileName(result.Folder!);

        Assert.Equal(File.ReadLines(Path.Combine(result.Folder!, "turns.jsonl")), database.Records(id));
        var summary = result.Records[^1];
        Assert.Equal(
            [$"True|completed|{summary.GetProperty("turns")}|{Usd(summary, "oob", "usd")}|{summary.GetProperty("total_usd")}|0"],
            database.Rows("SELECT finished, exit, turns, oob_usd, total_usd, skipped_lines FROM realtime_akka.sessions"));
        Assert.Equal(
            result.Of("turn").Select(turn => $"{Usd(turn, "oob", "cost_usd")}|{Usd(turn, "asr", "cost_usd")}"),
            database.Rows("SELECT o.usd, a.usd FROM realtime_akka.charges o JOIN realtime_akka.charges a USING (session, id) "
                + "WHERE o.purpose = 'oob' AND a.purpose = 'asr' ORDER BY o.seq"));

        string[][] commands = [["list"], ["list", "--json"], ["show", id], ["show", "last", "--json"],
            .. ((string[])["jsonl", "csv", "html"]).Select(format => (string[])["export", id[..20], "--format", format]),
            ["search", "answer"], ["stats", "--json"]];
        await Task.WhenAll(commands.Select(async command =>
        {
            string[] arguments = ["sessions", .. command, "--data", host.Data];
            var files = await HostProcess.RunAsync(arguments);
            var stored = await RunAsync(database, [.. arguments, "--store", "postgres"]);
            Assert.Equal((files.ExitCode, files.Output, files.Errors), (stored.ExitCode, stored.Output, stored.Errors));
            Assert.NotEqual("", stored.Output);
        }));
    }

    [StoreFact]
    public async Task What_is_copied_again_changes_nothing_and_what_was_killed_is_as_in_its_folder()
    {
        var (database, data) = (new StoreDatabase(server.Server), new StoredSessions());
        data.Add(0, turns: 3);
        data.Add(1, turns: 2, isFinished: false, tail: """{"type":"turn","session":""");
        await data.ShipAsync(database, "15 records copied.");
        data.Equal(database);
        await data.ShipAsync(database, "0 records copied.");
        // As if the answer to the last transaction had been lost.
        database.Rows("UPDATE realtime_akka.sessions SET shipped_bytes = 0, shipped_lines = 0, finished = false");
        await data.ShipAsync(database, "15 records copied.");
        data.Equal(database);

        var files = await HostProcess.RunAsync(["sessions", "list", "--data", data.Directory]);
        var stored = await RunAsync(database, "sessions", "list", "--data", data.Directory, "--store", "postgres");
        Assert.Equal(files.Output, stored.Output);
        Assert.Contains("unfinished*", stored.Output, StringComparison.Ordinal);

        // The rest of the record, and a whole one that is none.
        data.Append(1, "\"}\nno record\n" + StoredSessions.Answer(3) + "\n");
        await data.ShipAsync(database, "1 record copied.");
        Assert.Equal(["2"], database.Rows($"SELECT skipped_lines FROM realtime_akka.sessions WHERE id = '{StoredSessions.Id(1)}'"));
    }

    [StoreFact]
    public async Task A_hostile_transcript_arrives_as_it_is()
    {
        var (database, data) = (new StoreDatabase(server.Server), new StoredSessions());
        string[] texts =
        [
            "a\0b", "half \ud83d a pair", "'; DROP TABLE realtime_akka.turns; --", "\\.\n\t\\N\r", new string('x', 10_000),
            "\u202eيوم 🎉 \u0001\u007f",
        ];
        data.Add(0, texts);
        // As another program may have written it: the escape of half a pair is JSON, and no text. So are bytes that are no UTF-8.
        data.Append(0, """{"type":"turn","turn":9,"oob":{"text":"\ud83d"}}""" + "\n");
        data.Append(0, [.. """{"type":"hearing","words":"""u8, (byte)'"', 0xC3, 0x28, .. "\"}\n"u8]);
        await data.ShipAsync(database, $"{texts.Length} records copied.");

        Assert.Equal(data.Lines(0).Take(texts.Length), database.Records(StoredSessions.Id(0)));
        Assert.Equal(
            texts.Select(text => text.Replace('\0', '\uFFFD').Replace("half \ud83d", "half \uFFFD", StringComparison.Ordinal)),
            database.Rows("SELECT oob_text FROM realtime_akka.turns ORDER BY seq"));
        Assert.Equal(["2"], database.Rows("SELECT skipped_lines FROM realtime_akka.sessions"));
        foreach (var format in (string[])["jsonl", "csv"])
        {
            string[] arguments = ["sessions", "export", "last", "--format", format, "--data", data.Directory];
            var files = await HostProcess.RunAsync(arguments);
            Assert.Equal(files.Output, (await RunAsync(database, [.. arguments, "--store", "postgres"])).Output);
        }
    }

    [StoreFact]
    public async Task What_is_older_than_the_limit_leaves_the_store_and_is_not_copied_again()
    {
        var (database, data) = (new StoreDatabase(server.Server), new StoredSessions());
        data.Add(0, turns: 2);
        await data.ShipAsync(database, "6 records copied.");
        using var serve = await ServeProcess.StartAsync(args: [.. InPostgres, "--set", "store.keep=2 d"], variables: database.Variables);
        await database.UntilAsync("SELECT (SELECT count(*) FROM realtime_akka.sessions) + (SELECT count(*) FROM realtime_akka.turns)", "0");
        var call = await serve.PostAsync("sample");
        await database.UntilAsync($"SELECT count(*) FROM realtime_akka.sessions WHERE id = '{call}'", "1");

        await using var store = PostgresStore.Open(TimeProvider.System, database.Connection);
        foreach (var (days, records) in ((int, int)[])[(2, 0), (4, 6)])
        {
            var shipper = new StoreShipper(data.Directory, store, TimeSpan.FromDays(days), TimeProvider.System, Assert.Null);
            shipper.Scan();
            Assert.Equal(records, (await shipper.PassAsync(CancellationToken.None)).Records);
        }
    }

    [StoreFact]
    public async Task Sessions_are_deleted_from_the_store_after_asking_and_one_that_may_still_run_is_kept()
    {
        var (database, data) = (new StoreDatabase(server.Server), new StoredSessions());
        for (var i = 0; i < 3; i++) data.Add(i, turns: 2, isFinished: i < 2);
        await data.ShipAsync(database, "18 records copied.");
        const string Count = "SELECT (SELECT count(*) FROM realtime_akka.sessions), (SELECT count(*) FROM realtime_akka.turns)";
        string[] all = ["sessions", "rm", "--older-than", "1d", "--data", data.Directory, "--store", "postgres"];

        var asked = await RunAsync(database, all);
        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("would delete 2 sessions, ", asked.Errors, StringComparison.Ordinal);
        Assert.Equal(["3|6"], database.Rows(Count));

        Directory.Delete(Path.Combine(data.Directory, StoredSessions.Id(1)), recursive: true);
        var one = await RunAsync(
            database, "sessions", "rm", StoredSessions.Id(1), "--data", data.Directory, "--store", "postgres", "--yes", "--json");
        Assert.Equal((0, ""), (one.ExitCode, one.Errors));
        var line = JsonElement.Parse(one.Output);
        Assert.Equal(("removed", StoredSessions.Id(1)), (line.Text("type"), line.Text("session")));
        Assert.Equal(["2|4"], database.Rows(Count));

        var running = $"{StoredSessions.Id(2)} is kept: it has no summary and was written to on the last day: it may still run.";
        var rest = await RunAsync(database, [.. all, "--yes"]);
        Assert.Equal(0, rest.ExitCode);
        Assert.Contains(running, rest.Errors, StringComparison.Ordinal);
        Assert.Contains("copies them again", rest.Errors, StringComparison.Ordinal);
        Assert.Equal(["1|2"], database.Rows(Count));
        Assert.True(Directory.Exists(Path.Combine(data.Directory, StoredSessions.Id(0))));

        database.Rows("UPDATE realtime_akka.sessions SET shipped_at = now() - interval '25 hours'");
        Assert.Equal(0, (await RunAsync(database, [.. all, "--yes"])).ExitCode);
        Assert.Equal(["0|0"], database.Rows(Count));
        Assert.Equal(2, (await RunAsync(database, [.. all[..2], "s-1", .. all[4..]])).ExitCode);
    }

    [StoreFact]
    public async Task The_page_of_one_machine_lists_the_calls_of_another()
    {
        var (database, data) = (new StoreDatabase(server.Server), new StoredSessions());
        data.Add(0, turns: 3);
        data.Add(1, turns: 1, isFinished: false);
        await data.ShipAsync(database, "12 records copied.");
        using var serve = await ServeProcess.StartAsync(args: InPostgres, variables: database.Variables);
        var view = default(JsonElement);
        using var limit = new CancellationTokenSource(HostProcess.Limit);
        while ((view = await serve.GetAsync("/api/calls")).GetProperty("calls").GetArrayLength() < 2)
            limit.Token.ThrowIfCancellationRequested();
        var calls = view.GetProperty("calls").EnumerateArray().ToList();
        Assert.Equal(
            [(StoredSessions.Id(1), 1), (StoredSessions.Id(0), 3)],
            calls.Select(call => (call.Text("id"), call.GetProperty("turns").GetInt32())));
        Assert.Equal(0.003456m, calls[1].GetProperty("total_usd").GetDecimal());
        var call = await serve.GetAsync($"/api/calls/{StoredSessions.Id(0)}");
        Assert.Equal(
            [.. data.Lines(0), File.ReadAllText(Path.Combine(data.Directory, StoredSessions.Id(0), "summary.json")).Trim()],
            call.GetProperty("records").EnumerateArray().Select(record => record.GetRawText()));
        Assert.Equal(404, await serve.StatusAsync("/api/calls/s-20200101-000000-ffffffffffffffff"));
    }

    [StoreFact]
    public async Task Processes_that_begin_at_once_make_the_tables_once()
    {
        var database = new StoreDatabase(server.Server);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var store = PostgresStore.Open(TimeProvider.System, database.Connection);
            Assert.Empty(await store.PositionsAsync(["s-1"], CancellationToken.None));
        }));
        Assert.Equal(["1"], database.Rows("SELECT version FROM realtime_akka.version"));
        database.Rows("INSERT INTO realtime_akka.version VALUES (99)");
        await using var older = PostgresStore.Open(TimeProvider.System, database.Connection);
        var refused = await Assert.ThrowsAsync<StoreException>(() => older.PositionsAsync(["s-1"], CancellationToken.None));
        Assert.Contains("version 99, made by a newer program", refused.Message, StringComparison.Ordinal);
    }

    [StoreFact]
    public async Task A_password_is_told_to_nobody()
    {
        var data = new StoredSessions();
        data.Add(0, turns: 1);
        foreach (var (connection, exit) in ((string, int)[])
            [(server.Server.Connection().Replace(PostgresServer.Password, "wrong-secret", StringComparison.Ordinal), 1),
            ("Host=127.0.0.1;Password=wrong-secret;rest=of-secret", 2), ("wrong-secret", 2)])
        {
            using var ship = HostProcess.Start(
                ["--verbose", "sessions", "ship", "--data", data.Directory],
                variables: new Dictionary<string, string> { ["REALTIME_AKKA_STORE"] = connection });
            var result = await ship.EndAsync();
            Assert.Equal((exit, ""), (result.ExitCode, result.Output));
            Assert.StartsWith("error: ", result.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_the_store_nothing_of_Npgsql_is_loaded()
    {
        if (!OperatingSystem.IsLinux()) return; // where a process shows its files
        Assert.False(await LoadsAsync());
        // So that the question is a good one: nobody answers there.
        Assert.True(await LoadsAsync(InPostgres));
    }

    private static async Task<bool> LoadsAsync(params string[] args)
    {
        using var serve = await ServeProcess.StartAsync(
            args: args, variables: new Dictionary<string, string> { ["REALTIME_AKKA_STORE"] = "Host=127.0.0.1;Port=1" });
        var call = await serve.PostAsync("sample");
        await serve.EventsAsync(call, enough: record => record.Text("type") == "session");
        var files = await File.ReadAllTextAsync($"/proc/{serve.Host.Id}/maps");
        Assert.Contains("RealtimeAkka.Hosting.dll", files, StringComparison.Ordinal);
        return files.Contains("Npgsql", StringComparison.Ordinal);
    }

    private static string Usd(JsonElement record, string part, string name) => record.GetProperty(part).GetProperty(name).GetRawText();

    private static async Task<HostResult> RunAsync(StoreDatabase database, params string[] args)
    {
        using var host = HostProcess.Start(args, variables: database.Variables);
        return await host.EndAsync();
    }
}
