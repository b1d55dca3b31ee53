using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class HoconFileTests
{
    [Theory]
    [InlineData("a = 1", "a", "1")]
    [InlineData("a : 1", "a", "1")]
    [InlineData("a=1", "a", "1")]
    [InlineData("a.b.c = x", "a.b.c", "x")]
    [InlineData("a { b { c = x } }", "a.b.c", "x")]
    [InlineData("a = { b = x }, c = y", "c", "y")]
    [InlineData("{ a = x }", "a", "x")]
    [InlineData("a = \"quoted \\\"text\\\" \\u0041\\n\"", "a", "quoted \"text\" A\n")]
    [InlineData("a = \"  blanks  \"  # and a comment", "a", "  blanks  ")]
    [InlineData("a = \" \"", "a", " ")]
    [InlineData("a = \"\"", "a", "")]
    [InlineData("a = \"null\"", "a", "null")]
    [InlineData("a = \"${b} [1] # no comment\"", "a", "${b} [1] # no comment")]
    [InlineData("a = \"\"\"three \"quotes\" \\n\nlines\"\"\"", "a", "three \"quotes\" \\n\nlines")]
    [InlineData("a = some  words here  ", "a", "some  words here")]
    [InlineData("a = 10 ms # comment", "a", "10 ms")]
    [InlineData("a = x // comment", "a", "x")]
    [InlineData("a = x/y", "a", "x/y")]
    [InlineData("a = 1 #", "a", "1")]
    [InlineData("# comment\n\n// another\na = x", "a", "x")]
    [InlineData("\"a b\" { c = x }", "a b.c", "x")]
    [InlineData("include = x", "include", "x")]
    [InlineData("a = 1\r\nb = 2\r\n", "b", "2")]
    [InlineData("a = 1\na = 2", "a", "2")]
    [InlineData("a { b = 1 }\na { c = 2 }", "a.b", "1")]
    [InlineData("a { b = 1 }\na.b = 2", "a.b", "2")]
    [InlineData("a = 1\na { b = 2 }", "a.b", "2")]
    [InlineData("a { b = 1 }\na = 2", "a", "2")]
    [InlineData("a = null", "a", "null")]
    [InlineData("a=x,b=y,", "b", "y")]
    public void Text_is_read_as_it_is_written(string hocon, string path, string value) =>
    Assert.Equal(value, HoconFile.Read(hocon, "my.hocon").Values[path]);

    [Fact]
    public void A_file_without_keys_says_nothing() =>
    Assert.All(new[] { "", "\n", "# nothing", "{}", "a {}", "{\"a\":{}}" }, text => Assert.Empty(HoconFile.Read(text, "my.hocon").Values));

    [Theory]
    [InlineData("""{"a":"x"}""", "a", "x")]
    [InlineData("""{"a": {"b": {"c": true}}}""", "a.b.c", "true")]
    [InlineData("""{"a":null}""", "a", "null")]
    [InlineData("""{"a":-1.50e+3}""", "a", "-1.50e+3")]
    [InlineData("""{"a b":"\u0041\ud83d\ude00\/\\\"\t"}""", "a b", "A😀/\\\"\t")]
    [InlineData("""{"\u0061":1}""", "a", "1")]
    [InlineData("{\n  \"a\"\n    :\n      \"x\"\n  , \"b\": 2\n}\n", "a", "x")]
    public void Json_is_read_too(string json, string path, string value) =>
    Assert.Equal(value, HoconFile.Read(json, "my.json").Values[path]);

    [Theory]
    [InlineData("""{"a": {"b": 1}, "a": "x"}""")]
    [InlineData("a = { b = 1 }, a = x")]
    [InlineData("a.b = 1\na = x")]
    public void A_repeated_key_replaces_the_first(string text) => Assert.Equal([new("a", "x")], HoconFile.Read(text, "my.hocon").Values);

    [Theory]
    [InlineData("""{"a": 1, "b": [1, [2]]}""", 1, 15)]
    [InlineData("""{"a": {"b.c": 1}}""", 1, 8)]
    [InlineData("""{"": 1}""", 1, 2)]
    [InlineData("""{"a": "\u0000"}""", 1, 8)]
    [InlineData("""{"a": "\ud83d"}""", 1, 8)]
    [InlineData("{\n  \"a\": 1,,\n}", 2, 10)]
    [InlineData("{\n  \"a\": \"x\n}", 2, 8)]
    public void Json_is_refused_for_the_same_reasons(string json, int line, int column) =>
        Assert.StartsWith($"my.json, line {line}, column {column}: ",
        Assert.Throws<ConfigException>(() => HoconFile.Read(json, "my.json")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("akka.loglevel", "OFF")]
    [InlineData("akka.a b.{c}", "say \"it\"\\\n\t${x} é😀\u0001")]
    [InlineData("akka.include", "")]
    public void What_is_written_is_read_again(string path, string value)
    {
        var written = HoconFile.Write(path, value);
        HoconSyntax.Check(written, "akka");
        Assert.Equal([new(path, value)], HoconFile.Read(written, "akka").Values);
    }

    [Fact]
    public void The_actor_systems_settings_cannot_break_out_of_their_value()
    {
        var file = HoconFile.Read("akka.x = \"\\\" }\\n${akka.x}\"\nakka.\"a{b\" = 1", "my.hocon");
        var akka = ConfigStack.Load(Repository.At("hocon"), null, [file]).Akka;
        Assert.Equal(file.Values, HoconFile.Read(akka, "akka").Values.Where(pair => file.Values.ContainsKey(pair.Key)));
    }
}
