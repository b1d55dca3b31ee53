using RealtimeAkka.Lab;

namespace RealtimeAkka.Pure.Tests.Lab;

public class GoldenLineTests
{
    [Fact]
    public void A_line_is_read_and_written_as_it_was()
    {
        const string Line =
            """{"audio":"calls/a.wav","turn":3,"reference":"Schöne Grüße, \"Ada\"","entities":["Ada"],"language":"de-AT"}""";
        var line = GoldenLine.Parse(Line);
        Assert.Equal(("calls/a.wav", 3, "Schöne Grüße, \"Ada\"", "de-AT"), (line.Audio, line.Turn, line.Reference, line.Language));
        Assert.Equal("Ada", Assert.Single(line.Entities));
        Assert.Equal(Line, line.ToString());
    }

    [Fact]
    public void What_may_be_missing_has_a_value_and_what_is_not_known_is_skipped()
    {
        var line = GoldenLine.Parse("""{"audio":"a.wav","reference":"","note":"noise","entities":null,"language":null}""");
        Assert.Equal((1, "", 0, null), (line.Turn, line.Reference, line.Entities.Length, line.Language));
    }

    [Theory]
    [InlineData("""{"audio":"../a.wav","reference":"x"}""", "'audio' must be a file in the folder")]
    [InlineData("""{"audio":"a/../../b.wav","reference":"x"}""", "'audio' must be a file in the folder")]
    [InlineData("""{"audio":"/etc/passwd","reference":"x"}""", "'audio' must be a file in the folder")]
    [InlineData("""{"audio":"C:\\a.wav","reference":"x"}""", "'audio' must be a file in the folder")]
    [InlineData("""{"audio":"..\\a.wav","reference":"x"}""", "'audio' must be a file in the folder")]
    [InlineData("""{"audio":"","reference":"x"}""", "'audio' must be a file in the folder")]
    [InlineData("""{"audio":"a\u0000.wav","reference":"x"}""", "'audio' must be a file in the folder")]
    [InlineData("""{"audio":5,"reference":"x"}""", "'audio' must be a text")]
    [InlineData("""{"reference":"x"}""", "'audio' is missing")]
    [InlineData("""{"audio":"a.wav"}""", "'reference' is missing")]
    [InlineData("""{"audio":"a.wav","reference":"\ud800"}""", "'reference' must be a text")]
    [InlineData("""{"audio":"a.wav","reference":"x","turn":0}""", "'turn' must be a whole number")]
    [InlineData("""{"audio":"a.wav","reference":"x","turn":1.5}""", "'turn' must be a whole number")]
    [InlineData("""{"audio":"a.wav","reference":"x","turn":"1"}""", "'turn' must be a whole number")]
    [InlineData("""{"audio":"a.wav","reference":"x","entities":"415"}""", "'entities' must be")]
    [InlineData("""{"audio":"a.wav","reference":"x","entities":[415]}""", "'entities' must be")]
    [InlineData("""{"audio":"a.wav","reference":"x","entities":[" "]}""", "'entities' must be")]
    [InlineData("""{"audio":"a.wav","reference":"x","language":"english please"}""", "'language' must be")]
    [InlineData("""["a.wav"]""", "a JSON object")]
    [InlineData("""{"audio":"a.wav",""", "no JSON")]
    public void A_line_that_cannot_be_used_says_why(string line, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => GoldenLine.Parse(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_without_end_is_refused()
    {
        var reference = new string('x', GoldenLine.MaxReference + 1);
        Assert.Throws<FormatException>(() => GoldenLine.Parse($$"""{"audio":"a.wav","reference":"{{reference}}"}"""));
        Assert.Throws<FormatException>(() => GoldenLine.Parse(new string(' ', GoldenLine.MaxLine + 1)));
    }
}
