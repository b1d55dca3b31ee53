using System.Text.Json;

namespace RealtimeAkka.Invariants.Output;

/// <summary>A <c>turn</c> or <c>turn.amended</c> record; <paramref name="Line"/> from 1.</summary>
public sealed record ToldTurn(int Line, JsonElement Json)
{
    /// <summary>The turn's number, from 1.</summary>
    public long Number => Json.Whole("turn") ?? 0;

    /// <summary>The server's item id.</summary>
    public string ItemId => Json.Text("item_id") ?? "";

    /// <summary>The connection was gone for good before the server made an item of what was spoken.</summary>
    public bool IsUncommitted => Json.At("flags") is { } flags && flags.EnumerateArray().Any(flag => flag.GetString() == "not_committed");

    /// <summary>Description for violation sentences.</summary>
    public string Name => $"Turn {Number} ({ItemId}, output line {Line})";

    /// <summary>The model's out-of-band transcript.</summary>
    public ToldTranscript Oob => new(Json.At("oob") ?? default);

    /// <summary>The built-in ASR transcript.</summary>
    public ToldTranscript Asr => new(Json.At("asr") ?? default);
}

/// <summary>One of a turn's two transcripts, as published.</summary>
public readonly record struct ToldTranscript(JsonElement Json)
{
    /// <summary>Its result status.</summary>
    public string? Status => Json.Text("status");

    /// <summary>The text; null if there is none.</summary>
    public string? Text => Json.Text("text");

    /// <summary>Id of the response that returned it.</summary>
    public string? ResponseId => Json.Text("response_id");

    /// <summary>Number of requests for it.</summary>
    public long Attempts => Json.Whole("attempts") ?? 0;

    /// <summary>Cost in US dollars.</summary>
    public decimal? CostUsd => Json.Amount("cost_usd");
}

/// <summary>The records of a session's <c>--json</c> output.</summary>
public sealed class SessionOutput
{
    private readonly List<(int Line, string Type, JsonElement Json)> _records = [];

    private SessionOutput()
    {
    }

    /// <summary>The <c>turn</c> records, in order.</summary>
    public IReadOnlyList<ToldTurn> Turns => Told("turn");

    /// <summary>The <c>turn.amended</c> records, in order.</summary>
    public IReadOnlyList<ToldTurn> Amendments => Told("turn.amended");

    /// <summary>The <c>assistant</c> records.</summary>
    public IReadOnlyList<JsonElement> Answers => [.. _records.Where(r => r.Type == "assistant").Select(r => r.Json)];

    /// <summary>The <c>summary</c> record, the last one; null if the session was killed before it.</summary>
    public JsonElement? Summary => Of("summary");

    /// <summary>The <c>session</c> record.</summary>
    public JsonElement? Session => Of("session");

    /// <summary>Every type of record, in order.</summary>
    public IEnumerable<string> Types => _records.Select(r => r.Type);

    /// <summary>Reads the lines; skips lines that are not records.</summary>
    public static SessionOutput Read(IEnumerable<string> lines)
    {
        var output = new SessionOutput();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (JsonPath.Line(line) is { } json) output._records.Add((number, json.Text("type") ?? "", json));
        }
        return output;
    }

    /// <summary>The final state of a turn: its last amendment, or the record itself.</summary>
    public ToldTurn Final(ToldTurn turn) => Amendments.LastOrDefault(a => a.ItemId == turn.ItemId) ?? turn;

    private JsonElement? Of(string type) => _records.Where(r => r.Type == type).Select(r => (JsonElement?)r.Json).FirstOrDefault();

    private List<ToldTurn> Told(string type) => [.. _records.Where(r => r.Type == type).Select(r => new ToldTurn(r.Line, r.Json))];
}
