using RealtimeAkka.Actors.Stations;
using System.Text.Json;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Tools;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Tasks;

public class ToolCallTrackerTests
{
    private static readonly ActionSettings Action = new(null, typeof(object), Seconds(10), 0, 4);
    private static readonly JsonSchema Schema =
        JsonSchema.Parse("""{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}""");

    private readonly List<string> _decided = [];
    private ToolCallTracker _tracker =
        new(new ToolsSettings([new("plain", "x", Schema, false, Action), new("careful", "x", Schema, true, Action)], Seconds(30)), "s-1");
    private TimeSpan _now;

    [Fact]
    public void A_call_runs_and_what_it_came_to_is_told_under_the_id_it_was_delivered_with()
    {
        Calls("c1", "plain", """{"n":7}""", turn: 1);
        Decides("""run plain s-1/c1 {"n":7} without words""");
        Done("s-1/c1", "ok");
        Decides("return c1 ok Completed");
        Done("s-1/c1", "ok");
        Decides();
    }

    [Theory]
    [InlineData("""{"n":"7"}""", "invalid arguments: $.n is a string; it must be integer.")]
    [InlineData("", "invalid arguments: $.n is missing.")]
    [InlineData("{", "invalid arguments: $ is no JSON: ")]
    public void Arguments_that_do_not_fit_are_refused_and_nothing_runs(string arguments, string reason)
    {
        Calls("c1", "plain", arguments, turn: 1);
        Assert.StartsWith($$"""return c1 {"error":"{{reason}}""", Assert.Single(_decided), StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_nobody_has_declared_is_refused()
    {
        Calls("c1", "format_disk", "{}", turn: 1);
        Decides("""return c1 {"error":"there is no such function"} Failed""");
    }

    [Fact]
    public void A_call_that_needs_the_transcript_waits_for_its_own_turn()
    {
        Calls("c2", "careful", """{"n":1}""", turn: 2);
        Tells(1, "one");
        Decides();
        Tells(2, "two");
        Decides("""run careful s-1/c2 {"n":1} with 'two'""");
    }

    [Fact]
    public void A_call_about_a_turn_that_is_joined_already_runs_at_once()
    {
        Tells(2, "two");
        Calls("c2", "careful", """{"n":1}""", turn: 2);
        Decides("""run careful s-1/c2 {"n":1} with 'two'""");
    }

    [Fact]
    public void A_call_whose_turn_is_never_joined_is_refused_in_the_end()
    {
        Calls("c2", "careful", """{"n":1}""", turn: 2);
        Assert.Equal(Seconds(30), _tracker.NextDue);
        _now = Seconds(30);
        Take(_tracker.OnTime(_now));
        Decides("""return c2 {"error":"what the caller said is not known"} Failed""");
        Tells(2, "two");
        Decides();
        Assert.Null(_tracker.NextDue);
    }

    [Fact]
    public void A_megabyte_of_output_is_cut_before_the_model_has_to_read_it()
    {
        Calls("c1", "plain", """{"n":7}""", turn: 1);
        _decided.Clear();
        Done("s-1/c1", new string('x', 1_000_000));
        Assert.InRange(_decided.Single().Length, 16_000, 17_000);
    }

    private void Calls(string id, string name, string arguments, int turn) =>
        Take(_tracker.On(new ToolMessages.Call(id, name, arguments, new TurnNumber(turn)), _now));

    private void Tells(int turn, string said) => Take(_tracker.On(TaskTriggerTests.Turn(turn, 0, said)));

    private void Done(string id, string output) => Take(_tracker.On(new ActionMessages.Done(id, output, null)));

    private void Take(Step<ToolCallTracker, ToolDecision> step)
    {
        _tracker = step.Next;
        _decided.AddRange(step.Decisions.Select(Words));
    }

    private void Decides(params string[] expected)
    {
        Assert.Equal(expected, _decided);
        _decided.Clear();
    }

    private static string Words(ToolDecision decision)
    {
        if (decision is ToolDecision.Return { Answer: var answer, Record: var record })
        {
            Assert.Equal(answer.CallId, record.CallId);
            return $"return {answer.CallId} {answer.Output} {record.Status}";
        }
        var run = (ToolDecision.Run)decision;
        var json = JsonElement.Parse(run.Delivery.Json);
        var words = json.GetProperty("transcript") is { ValueKind: JsonValueKind.Object } transcript
            ? $"with '{transcript.GetProperty("words").GetString()}'" : "without words";
        return $"run {run.Tool.Name} {run.Delivery.Id} {json.GetProperty("arguments").GetRawText()} {words}";
    }
}
