using System.Text;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sessions;

/// <summary>A data directory with session folders, complete or as a killed process leaves them.</summary>
internal sealed class Recorded : IDisposable
{
    public const string Tokens = """{"input_tokens":10,"output_tokens":1}""";

    private readonly DirectoryInfo _root = System.IO.Directory.CreateTempSubdirectory("realtime-akka-sessions-");

    public string Directory => _root.FullName;

    public string Folder(string id) => Path.Combine(Directory, id);

    /// <summary>Writes a session, optionally with a summary; <paramref name="tail"/> may be a truncated record.</summary>
    public Recorded Session(string id, IEnumerable<SessionRecord>? records = null, SessionSummary? summary = null, string tail = "",
        string model = "gpt-realtime", string asr = "gpt-4o-transcribe")
    {
        System.IO.Directory.CreateDirectory(Folder(id));
        File.WriteAllText(Path.Combine(Folder(id), "turns.jsonl"),
            string.Concat((records ?? []).Select(record => Line(record) + "\n")) + tail);
        File.WriteAllText(Path.Combine(Folder(id), "config.json"),
            $$"""{"realtime.session.model":{"value":"{{model}}","origin":"x"},"realtime.session.asr-model":{"value":"{{asr}}","origin":"x"} }""");
        if (summary is not null) File.WriteAllText(Path.Combine(Folder(id), "summary.json"), Line(summary));
        return this;
    }

    /// <summary>Writes a file of a session verbatim.</summary>
    public Recorded With(string id, string file, string text)
    {
        System.IO.Directory.CreateDirectory(Folder(id));
        File.WriteAllText(Path.Combine(Folder(id), file), text);
        return this;
    }

    public void Dispose() => _root.Delete(recursive: true);

    public static string Line(SessionRecord record) => Encoding.UTF8.GetString(RecordCodec.Encode(record));

    public static TurnJoined Turn(
        int turn, string? oob = "Hello.", string? asr = "Hello", decimal? oobUsd = 0.004m, decimal? asrUsd = 0.0002m, long? start = 1000,
        long? end = 2500, string? usage = Tokens, params string[] flags) => new(
        "s", turn, new ItemId($"i{turn}"), "vad", start, end,
        new OutOfBandTranscript(oob is null ? ResultStatus.TimedOut : ResultStatus.Completed, oob, null, "full", 1, 400,
        usage is null ? null : RawJson.Parse(usage), oobUsd, null),
        new AsrTranscript(asr is null ? ResultStatus.Failed : ResultStatus.Completed, asr, "gpt-4o-transcribe", 300,
        usage is null ? null : RawJson.Parse(usage), asrUsd, null),
        oob is null || asr is null ? null : new Agreement(oob.TrimEnd('.') == asr ? 0 : 0.5, 0, 0, 0, 0, AgreementUnit.Word, []), flags);

    public static TurnAmended Amended(TurnJoined t) =>
        new(t.Session, t.Turn, t.ItemId, t.Source, t.AudioStartMs, t.AudioEndMs, t.Oob, t.Asr, t.Agreement, t.Flags);

    public static AssistantReplied Answer(int? turn, string text = "Good day.", long heardMs = 1500, decimal? usd = 0.01m) =>
        new("s", new ResponseId($"r{turn}"), turn, null, "completed", text, heardMs, RawJson.Parse(Tokens), usd, null);

    public static SessionSummary Summary(decimal oob, decimal asr, decimal conversation = 0, int turns = 6, string exit = "completed") =>
        new(
        "s", turns, new MethodCost(oob, 0), new MethodCost(asr, 0), new Amount(conversation), TaskCosts.None, oob + asr + conversation,
        null, [], 0, null, [],
        new AudioFigures(0, 0, 0, 0), 38_000, 0, exit);
}
