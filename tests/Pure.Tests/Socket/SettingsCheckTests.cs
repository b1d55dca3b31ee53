using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Socket;

public class SettingsCheckTests
{
    private static readonly SessionConfig Everything = new(
        "realtime", ["audio"], "Be brief.",
        new SessionAudio(
            new AudioInput(
                new AudioFormat("audio/pcm", 24_000),
                new Transcription("gpt-transcribe", null, ["de", "en"], "A call.", ["Ada"], "low"),
                new NoiseReduction("near_field"),
                new TurnDetection("server_vad", 0.6, 300, 800, null, true, true, 6000)),
            new AudioOutput(new AudioFormat("audio/pcm", 24_000), "marin", 1.2)),
        [new FunctionTool("look_up", "Looks up.", JsonElement.Parse("""{"type":"object"}"""))],
        ToolChoice.Force("look_up"), true, new Reasoning("high"), 1000, new Truncation("retention_ratio", 0.8, 500), new Tracing("Intake", "calls"),
        new StoredPrompt("pmpt_1", "2", new Dictionary<string, string> { ["name"] = "Ada" }), ["item.input_audio_transcription.logprobs"]);

    public static TheoryData<string> Fields => [.. Leaves("", JsonNode.Parse(RealtimeCodec.ToJson(Everything).GetRawText())!)];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Each_field_that_was_sent_and_comes_back_changed_is_named(string field)
    {
        foreach (var other in (string[])["\"other\"", "null", "77", "{}", "[]", "false"])
        {
            var (session, at, name) = Parent(field);
            if (at is JsonArray list) list[int.Parse(name)] = JsonNode.Parse(other);
            else at[name] = JsonNode.Parse(other);
            // A false where false was sent is no change; no field of this session is.
            Assert.Equal([field], Differences(Everything, session).Select(difference => difference.Field));
        }
    }

    [Fact]
    public void Every_field_of_the_session_is_among_them() => Assert.Equal(41, Fields.Count);

    [Theory]
    [InlineData("audio.input.turn_detection", "null")]
    [InlineData("audio.input.turn_detection.type", "\"semantic_vad\"")]
    [InlineData("audio.input.transcription", "null")]
    [InlineData("audio.input.noise_reduction", "null")]
    [InlineData("output_modalities[0]", "\"text\"")]
    [InlineData("tools", "[]")]
    public void A_part_that_the_server_leaves_out_is_named_as_one(string field, string value)
    {
        var (session, at, name) = Parent(field);
        if (at is JsonArray list) list[int.Parse(name)] = JsonNode.Parse(value);
        else at[name] = JsonNode.Parse(value);
        var difference = Assert.Single(Differences(Everything, session));
        Assert.Equal((field, false), (difference.Field, difference.IsFatal));
    }

    [Fact]
    public void What_is_missing_is_not_in_use_where_the_server_describes_its_audio()
    {
        var (session, input, _) = Parent("audio.input.turn_detection");
        ((JsonObject)input).Remove("turn_detection");
        Assert.Equal(["audio.input.turn_detection"], Differences(Everything, session).Select(difference => difference.Field));
        Assert.Empty(Differences(Everything, JsonNode.Parse("""{"id":"sess_1","model":"m"}""")!));
        Assert.Empty(new SettingsCheck(Everything).Compare(null));
    }

    [Fact]
    public void What_was_switched_off_must_stay_off()
    {
        var input = new AudioInput(new AudioFormat("audio/pcm", 24_000), null, null, null);
        var off = Everything with { Audio = Everything.Audio! with { Input = input } };
        var session = JsonNode.Parse(RealtimeCodec.ToJson(off).GetRawText())!;
        Assert.Empty(Differences(off, session));
        session["audio"]!["input"]!["turn_detection"] = JsonNode.Parse("""{"type":"server_vad"}""");
        Assert.Equal("audio.input.turn_detection is \"server_vad\" instead of null", Assert.Single(Differences(off, session)).ToString());
    }

    [Theory]
    [InlineData("audio.input.format", """{"type":"audio/pcmu"}""", true)]
    [InlineData("audio.output.format", """{"type":"audio/pcm","rate":16000}""", true)]
    [InlineData("audio.input.format", "\"g711_ulaw\"", true)]
    [InlineData("audio.input.format", "\"pcm16\"", false)]
    [InlineData("audio.output.format", """{"type":"audio/pcm"}""", false)]
    public void Another_format_of_audio_is_fatal_and_another_name_for_it_is_none(string field, string value, bool isFatal)
    {
        var (session, at, name) = Parent(field);
        at[name] = JsonNode.Parse(value);
        Assert.Equal(isFatal, Differences(Everything, session).Any(difference => difference.IsFatal));
        Assert.Equal(isFatal, Differences(Everything, session).Count > 0);
    }

    [Theory]
    [InlineData("audio.input.turn_detection.threshold", "0.6000000238418579")]
    [InlineData("audio.input.transcription.model", "\"gpt-transcribe-2026-05-01\"")]
    public void The_same_in_other_figures_is_the_same(string field, string value)
    {
        var (session, at, name) = Parent(field);
        at[name] = JsonNode.Parse(value);
        Assert.Empty(Differences(Everything, session));
    }

    [Fact]
    public void The_notice_names_each_and_is_bounded()
    {
        Assert.Null(SettingsCheck.NoticeOf([]));
        Assert.Equal(
            "The server does not use the settings as requested: audio.output.voice is \"alloy\" instead of \"marin\"; b is 1 instead of 2.",
            SettingsCheck.NoticeOf([new("audio.output.voice", "\"marin\"", "\"alloy\""), new("b", "2", "1")])!.Message);
        var many = Enumerable.Range(0, 1000).Select(i => new SettingDifference($"tools[{i}]", "1", "2")).ToList();
        Assert.EndsWith("; and 968 more.", SettingsCheck.NoticeOf(many)!.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<SettingDifference> Differences(SessionConfig requested, JsonNode session) =>
        new SettingsCheck(requested).Compare(JsonElement.Parse(session.ToJsonString()));

    // The session as requested, the node that holds a field of it, and the field's name or index there.
    private static (JsonNode Session, JsonNode At, string Name) Parent(string field)
    {
        var session = JsonNode.Parse(RealtimeCodec.ToJson(Everything).GetRawText())!;
        var at = session;
        var names = field.Replace("[", ".[").Split('.');
        foreach (var name in names[..^1]) at = name[0] == '[' ? at[int.Parse(name[1..^1])]! : at[name]!;
        return (session, at, names[^1].Trim('[', ']'));
    }

    private static IEnumerable<string> Leaves(string path, JsonNode node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Leaves(path.Length == 0 ? field.Key : $"{path}.{field.Key}", field.Value!)),
        JsonArray list => list.SelectMany((item, i) => Leaves($"{path}[{i}]", item!)),
        _ => [path],
    };
}
