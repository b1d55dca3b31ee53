namespace Akka.Conformance.Tests.LocalOnly;

public class HoconRefusalTests
{
    [Theory]
    [InlineData("a {\n  b = 1\n", 3, 1)]
    [InlineData("a = [1, 2", 1, 10)]
    [InlineData("a = \"open\nb = 1", 1, 5)]
    [InlineData("a = \"\"\"open", 1, 5)]
    [InlineData("a += 2", 1, 3)]
    [InlineData("a { b = 1 },\nc = 2", 1, 12)]
    [InlineData("a = ${?HOME}", 1, 5)]
    [InlineData("a = 1 b = 2", 1, 9)]
    [InlineData("a =", 1, 4)]
    [InlineData("a", 1, 2)]
    [InlineData("a = 1\n}", 2, 1)]
    [InlineData("a = [1 2}", 1, 9)]
    [InlineData("a = \"\\q\"", 1, 8)]
    [InlineData("b { c = 1 }\na = ${b} { d = 2 }", 2, 10)]
    public void Malformed_text_is_refused_with_line_and_column(string hocon, int line, int column)
    {
        var e = Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon));
        Assert.EndsWith($"at line {line}, column {column}", e.Message);
    }

    [Theory]
    [InlineData("a = ${b}")]
    [InlineData("a = ${a}")]
    [InlineData("a = ${b}\nb = ${a}")]
    public void A_substitution_that_leads_nowhere_is_refused(string hocon) =>
        Assert.Contains("Unresolved substitution", Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon)).Message);
}
