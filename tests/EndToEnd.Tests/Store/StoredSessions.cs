using System.Globalization;
using System.Text;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.EndToEnd.Tests.Store;

/// <summary>A directory with folders of sessions that were recorded some days ago.</summary>
internal sealed class StoredSessions
{
    private static readonly DateTime Day = DateTime.UtcNow.Date.AddDays(-3);

    public string Directory { get; } = TestFolder.New().FullName;

    public static string Id(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"s-{Day.AddSeconds(number):yyyyMMdd-HHmmss}-{number:x16}");

    /// <summary>A session: for each turn a record, one of its answer and one of a task, each with a cost.</summary>
    public void Add(int number, int turns, bool isFinished = true, string tail = "") => Add(
        number, [.. Enumerable.Range(1, turns).SelectMany(turn => (string[])[Turn(turn, $"words {turn}"), Answer(turn), Task(turn)])],
        isFinished ? turns : null, tail);

    /// <summary>A session whose turns have these words.</summary>
    public void Add(int number, string[] texts) => Add(number, [.. texts.Select((text, i) => Turn(i + 1, text))], texts.Length, "");

    public void Append(int number, string text) => File.AppendAllText(Turns(number), text);

    public void Append(int number, byte[] text)
    {
        using var file = File.Open(Turns(number), FileMode.Append);
        file.Write(text);
    }

    public IReadOnlyList<string> Lines(int number) => File.ReadAllText(Turns(number)).Split('\n')[..^1];

    /// <summary>Runs <c>sessions ship</c> to its end.</summary>
    public async Task ShipAsync(StoreDatabase database, string output)
    {
        using var host = HostProcess.Start(["sessions", "ship", "--data", Directory], variables: database.Variables);
        var result = await host.EndAsync();
        Assert.Equal((0, output + "\n", ""), (result.ExitCode, result.Output, result.Errors));
    }

    /// <summary>The store has the records of the folders, each once, and the same amounts.</summary>
    public void Equal(StoreDatabase database)
    {
        List<string> ids = [.. System.IO.Directory.GetDirectories(Directory).Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal)];
        Assert.Equal(ids, database.Rows("SELECT id FROM realtime_akka.sessions ORDER BY id"));
        var lines = ids.ToDictionary(id => id, id => File.ReadAllText(Path.Combine(Directory, id, "turns.jsonl")).Split('\n')[..^1]);
        foreach (var (id, recorded) in lines) Assert.Equal(recorded, database.Records(id));
        var usd = lines.Values.SelectMany(recorded => recorded).Sum(line => RecordCodec.Decode(Encoding.UTF8.GetBytes(line)) switch
        {
            TurnRecord turn => (turn.Oob.CostUsd ?? 0) + (turn.Asr.CostUsd ?? 0),
            AssistantReplied answer => answer.CostUsd ?? 0,
            TaskCompleted task => task.CostUsd ?? 0,
            _ => 0,
        });
        Assert.Equal([usd.ToString(CultureInfo.InvariantCulture)], database.Rows("SELECT sum(usd) FROM realtime_akka.charges"));
    }

    public static string Answer(int turn) => Line(
        new AssistantReplied("s", new ResponseId($"r{turn}"), turn, null, "completed", $"Answer {turn}.", 1500, null, 0.000352m, null));

    private static string Task(int turn) => Line(new TaskCompleted(
        "s", "summary", turn, ResultStatus.Completed, "Noted.", null, new ResponseId($"t{turn}"), "full", 1, null, null, 0.0005m, null,
        $"s/summary/{turn}"));

    private static string Turn(int turn, string text) => Line(new TurnJoined(
        "s", turn, new ItemId($"i{turn}"), "vad", 1000 * turn, 1000 * turn + 500,
        new OutOfBandTranscript(ResultStatus.Completed, text, null, "full", 1, 400, null, 0.0001m, null),
        new AsrTranscript(ResultStatus.Completed, text, "gpt-4o-transcribe", 300, null, 0.0002m, null), null, []));

    private static string Line(SessionRecord record) => Encoding.UTF8.GetString(RecordCodec.Encode(record));

    private string Turns(int number) => Path.Combine(Directory, Id(number), "turns.jsonl");

    private void Add(int number, IReadOnlyList<string> lines, int? turns, string tail)
    {
        var folder = System.IO.Directory.CreateDirectory(Path.Combine(Directory, Id(number))).FullName;
        File.WriteAllText(Turns(number), string.Concat(lines.Select(line => line + "\n")) + tail);
        File.WriteAllText(Path.Combine(folder, "config.json"),
            """
            {"realtime.session.model":{"value":"gpt-realtime","origin":"x"},
             "realtime.session.asr-model":{"value":"gpt-4o-transcribe","origin":"x"}}
            """);
        if (turns is not { } count) return;
        var (oob, asr, answers, tasks) = (0.0001m * count, 0.0002m * count, 0.000352m * count, 0.0005m * count);
        File.WriteAllText(Path.Combine(folder, "summary.json"), Line(new SessionSummary(
            Id(number), count, new MethodCost(oob, 0.0001m), new MethodCost(asr, 0.0002m), new Amount(answers),
            new TaskCosts(tasks, new Dictionary<string, decimal?> { ["summary"] = tasks }), oob + asr + answers + tasks, 0.5, [], 0, null,
            [],
            new AudioFigures(0, 0, 0, 0), 38_000, 0, "completed")) + "\n");
    }
}
