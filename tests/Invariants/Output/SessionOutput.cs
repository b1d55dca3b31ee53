using System.Text.Json;

namespace RealtimeAkka.Invariants.Output;

/// <summary>A <c>turn</c> or <c>turn.amended</c> record; <paramref name="Line"/> from 1.</summary>
public sealed record ToldTurn(int Line, JsonElement Json)
{
    /// <summary>Our number.</summary>
    public long Number => Json.Whole("turn") ?? 0;

    /// <summary>The server's name for its item.</summary>
    public string ItemId => Json.Text("item_id") ?? "";

    /// <summary>For sentences.</summary>
    public string Name => $"Turn {Number} ({ItemId}, output line {Line})";

    /// <summary>The model's transcript.</summary>
    public ToldTranscript Oob => new(Json.At("oob") ?? default);

    /// <summary>The built-in transcript.</summary>
    public ToldTranscript Asr => new(Json.At("asr") ?? default);
}

/// <summary>One of a turn's two transcripts, as it was told.</summary>
public readonly record struct ToldTranscript(JsonElement Json)
{
    /// <summary>How it ended.</summary>
    public string? Status => Json.Text("status");

    /// <summary>The words; null where there are none.</summary>
    public string? Text => Json.Text("text");

    /// <summary>The response that brought it.</summary>
    public string? ResponseId => Json.Text("response_id");

    /// <summary>How often it was asked for.</summary>
    public long Attempts => Json.Whole("attempts") ?? 0;

    /// <summary>US dollars.</summary>
    public decimal? CostUsd => Json.Amount("cost_usd");
}

/// <summary>What a session told on <c>--json</c>, record by record.</summary>
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

    /// <summary>The last word; null where the session was killed before it.</summary>
    public JsonElement? Summary => Of("summary");

    /// <summary>The <c>session</c> record.</summary>
    public JsonElement? Session => Of("session");

    /// <summary>Every type of record, in order.</summary>
    public IEnumerable<string> Types => _records.Select(r => r.Type);

    /// <summary>Reads the lines; what is no record is passed over.</summary>
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

    /// <summary>The latest word about a turn: the record, or its last amendment.</summary>
    public ToldTurn Final(ToldTurn turn) => Amendments.LastOrDefault(a => a.ItemId == turn.ItemId) ?? turn;

    private JsonElement? Of(string type) => _records.Where(r => r.Type == type).Select(r => (JsonElement?)r.Json).FirstOrDefault();

    private List<ToldTurn> Told(string type) => [.. _records.Where(r => r.Type == type).Select(r => new ToldTurn(r.Line, r.Json))];
}
