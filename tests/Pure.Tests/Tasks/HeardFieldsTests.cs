using System.Text.Json;
using RealtimeAkka.Actors.Tasks;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Tasks;

public class HeardFieldsTests
{
    private static readonly FieldValidator Call =
        new FieldValidator(FieldValidator.FormatsOf(new Dictionary<string, string> { ["policy_number"] = "[A-Z0-9]{4}-[A-Z0-9]{4}" }))
        .With(TaskTriggerTests.Turn(2, 0, "My name is Dana Whitlock. W-H-I-T-L-O-C-K.", "My name is Dana Whitlock. W H I T L O C."))
        .With(TaskTriggerTests.Turn(3, 0, "My policy number is ABCD-1234.", "My policy number is a b c d one two three 4."))
        .With(TaskTriggerTests.Turn(4, 0, "No, it is ABCD-9999.", "No, it is ABCE 9999."))
        .With(TaskTriggerTests.Turn(5, 0, "EFGH-5678", null));

    [Theory]
    [InlineData("policy_number", "\"ABCD-1234\"", "3", "valid", null)]
    [InlineData("full_name", "\"Dana Whitlock\"", "2", "valid", null)]
    [InlineData("policy_number", "\"ABC-1234\"", "3", "invalid", "it must look like [A-Z0-9]{4}-[A-Z0-9]{4}")]
    [InlineData("policy_number", "\"ABCD-9999\"", "4", "conflicting", "the ASR heard something else")]
    [InlineData("policy_number", "\"ABCE-9999\"", "4", "conflicting", "the model heard something else in its transcript")]
    [InlineData("policy_number", "\"EFGH-5678\"", "5", "valid", null)]
    [InlineData("policy_number", "\"ABCD-1234\"", "9", "invalid", "it comes from no turn that was heard")]
    [InlineData("policy_number", "\"ABCD-1234\"", "null", "invalid", "it comes from no turn that was heard")]
    [InlineData("policy_number", "null", "3", "missing", "there is no value")]
    [InlineData("date", "\"2026-11-21\"", "3", "valid", null)]
    public void A_field_is_valid_only_where_it_was_heard_by_both_and_has_its_form(
    string name, string value, string turn, string status, string? note)
    {
        var field = Call.Check(Json($$"""{"fields":[{"name":"{{name}}","value":{{value}},"status":"valid","turn":{{turn}}}]}"""))
            .GetProperty("fields")[0];
        Assert.Equal(status, field.GetProperty("status").GetString());
        Assert.Equal(note, field.TryGetProperty("note", out var said) ? said.GetString() : null);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("conflicting")]
    [InlineData("invalid")]
    public void What_the_model_itself_does_not_call_valid_stays_as_it_is(string status)
    {
        var report = Json($$"""{"fields":[{"name":"policy_number","value":"x","status":"{{status}}","turn":99}]}""");
        Assert.True(JsonElement.DeepEquals(report, Call.Check(report)));
    }

    [Fact]
    public void The_model_is_given_both_hearings_of_every_turn()
    {
        Assert.StartsWith("Turn 2\n  you heard: My name is Dana", Call.Transcripts, StringComparison.Ordinal);
        Assert.EndsWith("Turn 5\n  you heard: EFGH-5678\n  the ASR heard: nothing", Call.Transcripts, StringComparison.Ordinal);
        Assert.Null(new FieldValidator(new Dictionary<string, System.Text.RegularExpressions.Regex>()).Transcripts);
    }

    [Fact]
    public void An_hour_of_talk_does_not_grow_without_end()
    {
        var fields = Call;
        for (var turn = 1; turn <= 1000; turn++) fields = fields.With(TaskTriggerTests.Turn(turn, 0, new string('x', 100_000)));
        Assert.InRange(fields.Transcripts!.Length, 0, 500_000);
    }

    [Fact]
    public void A_format_that_is_none_is_refused() =>
    Assert.Throws<FormatException>(() => FieldValidator.FormatsOf(new Dictionary<string, string> { ["x"] = "(" }));
}
