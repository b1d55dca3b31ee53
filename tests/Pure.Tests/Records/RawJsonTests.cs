using System.Buffers;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Records;

public class RawJsonTests
{
    [Theory]
    [InlineData("""{"total_tokens":108,"input_tokens":100}""")]
    [InlineData("{ \"total_tokens\" : 108,\r\n\t\"list\" : [ 1 , { } , [ ] ] }")]
    [InlineData("""{"n":[1.50,-0,1E+3,12345678901234567890123],"n":true,"n":null}""")]
    [InlineData("""{"\u0061":"\u00e9\/\t\u001b\u007f\ud83d\ude00<&'\"\\"}""")]
    [InlineData("{\"é\":\"😀\u007f\u2028\ue000\"}")]
    [InlineData("""{"half":"\ud800"}""")]
    [InlineData("\"words\"")]
    [InlineData("-1.0")]
    [InlineData("[]")]
    [InlineData("false")]
    public void A_record_has_it_as_it_has_any_other_JSON(string json)
    {
        var written = JsonElement.Parse(RecordCodec.Encode(Task(RawJson.Parse(json), JsonElement.Parse(json))));
        Assert.Equal(written.GetProperty("value").GetRawText(), written.GetProperty("usage").GetRawText());
    }

    [Fact]
    public void White_space_and_needless_escapes_are_not_written()
    {
        var received = RawJson.Parse("""{ "total_tokens" : 108, "n": [ 1.50, "\u00e9\/ \u0037" ] }""");
        Assert.Contains(
            "\"usage\":{\"total_tokens\":108,\"n\":[1.50,\"é/ 7\"]},", Encoding.UTF8.GetString(RecordCodec.Encode(Task(received))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_read_as_it_is_and_what_follows_is_read_too()
    {
        const string Usage = """{ "total_tokens" : 1.50e1, "n":"\u0061" }""";
        var done = (ResponseDone)RealtimeCodec.Decode(Encoding.UTF8.GetBytes(
            $$$"""{"type":"response.done","response":{"usage" : {{{Usage}}} ,"id":"r"}}"""));
        Assert.Equal((Usage, "r"), (done.Response.Usage.ToString(), done.Response.Id.Value));

        var task = (TaskCompleted)RecordCodec.Decode(RecordCodec.Encode(Task(RawJson.Parse("[1.50]"))));
        Assert.Equal((RawJson.Parse("[1.50]"), 412), (task.Usage, task.LatencyMs));
    }

    [Fact]
    public void It_is_read_from_pieces()
    {
        var last = new Piece("17}", null, 10);
        var reader = new Utf8JsonReader(new ReadOnlySequence<byte>(new Piece("{\"tokens\":", last, 0), 0, last, 3));
        Assert.Equal(RawJson.Parse("""{"tokens":17}"""), JsonSerializer.Deserialize<RawJson>(ref reader));
    }

    [Fact]
    public void Two_are_equal_if_their_bytes_are()
    {
        Assert.Equal(Asr("i", "x", """{"n":1}"""), Asr("i", "x", """{"n":1}"""));
        Assert.Equal(RawJson.Parse("""{"n":1}""").GetHashCode(), RawJson.Parse(""" {"n":1} """).GetHashCode());
        Assert.NotEqual(Asr("i", "x", """{"n":1}"""), Asr("i", "x", """{"n":1.0}"""));
    }

    [Fact]
    public void The_default_is_null()
    {
        Assert.Equal(RawJson.Parse("null"), default);
        Assert.Equal("null", JsonSerializer.Serialize(default(RawJson)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    public void What_is_no_JSON_is_rejected(string text) => Assert.ThrowsAny<JsonException>(() => RawJson.Parse(text));

    private static TaskCompleted Task(RawJson usage, JsonElement? value = null) => new(
        "s-1", "summary", 4, ResultStatus.Completed, null, value, null, "full", 1, null, usage, null, null, "s-1/summary/2", 412);

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(string text, Piece? next, long before) =>
            (Memory, Next, RunningIndex) = (Encoding.UTF8.GetBytes(text), next, before);
    }
}
