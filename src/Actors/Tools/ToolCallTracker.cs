using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using Step = RealtimeAkka.Actors.Stations.Step<RealtimeAkka.Actors.Tools.ToolCallTracker, RealtimeAkka.Actors.Tools.ToolDecision>;

namespace RealtimeAkka.Actors.Tools;

/// <summary>What the tracker wants done.</summary>
public abstract record ToolDecision
{
    private ToolDecision() { }

    /// <summary>Run the tool's action.</summary>
    public sealed record Run(ToolSettings Tool, ActionMessages.Deliver Delivery) : ToolDecision;

    /// <summary>Send the output to the model, and publish the record.</summary>
    public sealed record Return(ToolMessages.Returned Answer, ToolCalled Record) : ToolDecision;
}

/// <summary>
/// Tracks function calls, from the model's call to the output it receives. Invalid arguments are refused, never guessed; a call
/// that needs the transcripts of its turn waits until the turn is joined.
/// </summary>
public sealed record ToolCallTracker(ToolsSettings Settings, string Session)
{
    // Characters of an output, which the model has to read: a page or two. Turns kept: their answers may still call a function.
    private const int MaxOutput = 16 * 1024;
    private const int RememberedTurns = 64;

    private sealed record Pending(ToolMessages.Call Call, ToolSettings Tool, JsonElement Arguments, TimeSpan Since);

    private ImmutableList<Pending> Waiting { get; init; } = [];
    private ImmutableDictionary<string, Pending> Running { get; init; } = ImmutableDictionary<string, Pending>.Empty;
    private ImmutableSortedDictionary<int, TurnRecord> Turns { get; init; } = ImmutableSortedDictionary<int, TurnRecord>.Empty;

    /// <summary>Calls that wait for the transcript of their turn.</summary>
    public int Waits => Waiting.Count;

    /// <summary>The next moment at which <see cref="OnTime"/> has something to do; null while nothing waits.</summary>
    public TimeSpan? NextDue => Waiting.IsEmpty ? null : Waiting[0].Since + Settings.TranscriptWithin;

    /// <summary>Handles a call from the model.</summary>
    public Step On(ToolMessages.Call call, TimeSpan now)
    {
        if (Settings.Tools.FirstOrDefault(t => t.Name == call.Name) is not { } tool)
            return new(this, [Refuse(call, null, "there is no such function")]);

        var (arguments, wrong) = tool.Parameters.Read(call.Arguments.Trim() is { Length: > 0 } json ? json : "{}");
        if (arguments is not { } valid) return new(this, [Refuse(call, null, $"invalid arguments: {wrong}")]);

        var pending = new Pending(call, tool, valid, now);
        return tool.NeedsTranscript && call.Turn is { } turn && !Turns.ContainsKey(turn.Value)
            ? new(this with { Waiting = Waiting.Add(pending) }, [])
            : Run(pending);
    }

    /// <summary>Handles a turn that is joined or amended.</summary>
    public Step On(TurnRecord turn)
    {
        var turns = Turns.SetItem(turn.Turn, turn);
        var next = this with { Turns = turns.Count > RememberedTurns ? turns.Remove(turns.Keys.First()) : turns };
        return Waiting.Where(p => p.Call.Turn?.Value == turn.Turn).Aggregate(new Step(next, []), (step, pending) =>
        {
            var run = (step.Next with { Waiting = step.Next.Waiting.Remove(pending) }).Run(pending);
            return new(run.Next, step.Decisions.AddRange(run.Decisions));
        });
    }

    /// <summary>Handles the end of a delivery, successful or not.</summary>
    public Step On(ActionMessages.Done done)
    {
        if (!Running.TryGetValue(done.Id, out var pending)) return new(this, []);
        var next = this with { Running = Running.Remove(done.Id) };
        if (done.Output is not { } output) return new(next, [Refuse(pending.Call, pending.Arguments, done.Error ?? "failed")]);

        var told = output.Length <= MaxOutput ? output : output[..MaxOutput];
        return new(next,
            [new ToolDecision.Return(new(pending.Call.CallId, told),
            Record(pending.Call, pending.Arguments, ResultStatus.Completed, told, null))]);
    }

    /// <summary>Refuses a call that cannot be run.</summary>
    public Step Refused(ToolMessages.Call call, string reason) => new(this, [Refuse(call, null, reason)]);

    /// <summary>Refuses calls whose turn was not joined in time.</summary>
    public Step OnTime(TimeSpan now)
    {
        var late = Waiting.Where(p => now - p.Since >= Settings.TranscriptWithin).ToList();
        return new(this with { Waiting = Waiting.RemoveRange(late) },
            [.. late.Select(p => Refuse(p.Call, p.Arguments, "what the caller said is not known"))]);
    }

    private Step Run(Pending pending)
    {
        var id = $"{Session}/{pending.Call.CallId}";
        var turn = pending.Call.Turn is { } number ? Turns.GetValueOrDefault(number.Value) : null;
        var json = new JsonObject
        {
            ["id"] = id,
            ["session"] = Session,
            ["tool"] = pending.Tool.Name,
            ["call_id"] = pending.Call.CallId,
            ["turn"] = pending.Call.Turn?.Value,
            ["arguments"] = JsonNode.Parse(pending.Arguments.GetRawText()),
            ["transcript"] = turn is null ? null
            : new JsonObject { ["words"] = turn.Words, ["oob"] = turn.Oob.Text, ["asr"] = turn.Asr.Text },
        };
        return new(this with { Running = Running.SetItem(id, pending) },
            [new ToolDecision.Run(pending.Tool, new(id, json.ToJsonString()))]);
    }

    private ToolDecision Refuse(ToolMessages.Call call, JsonElement? arguments, string reason) => new ToolDecision.Return(
        new(call.CallId, new JsonObject { ["error"] = reason }.ToJsonString()), Record(call, arguments, ResultStatus.Failed, null, reason));

    private ToolCalled Record(ToolMessages.Call call, JsonElement? arguments, ResultStatus status, string? output, string? error) =>
        new(Session, call.Name, call.Turn?.Value, call.CallId, status, arguments, output, error, $"{Session}/{call.CallId}");
}
