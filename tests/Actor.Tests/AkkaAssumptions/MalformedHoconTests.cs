using Akka.Configuration;

namespace RealtimeAkka.Actor.Tests.AkkaAssumptions;

/// <summary>
/// What Akka's parser makes of malformed HOCON: the reason why <c>HoconSyntax</c> checks every text before. Should one of these fail
/// after an update, that rule may no longer be needed. Left out is what kills or hangs the process: a substitution of a key by itself,
/// an optional substitution, a list that a brace closes.
/// </summary>
public sealed class MalformedHoconTests
{
    [Theory]
    [InlineData("a {\n  b = 1", "a.b", "1")] // the brace is not closed
    [InlineData("a = \"open\nb = 1", "a", "open\nb = 1")]
    [InlineData("a = \"\"\"open", "a", "open")]
    [InlineData("a = 1\n}\nb = 2", "b", null)] // what follows the brace is not read
    [InlineData("{ a = 1 } b = 2", "b", null)]
    [InlineData("a = 1 b = 2", "a", "1 b")]
    [InlineData("a = { b = 1 } c", "a", "c")]
    [InlineData("a =\nb = 1", "a", "b")]
    [InlineData("a\nb = 1", "b", null)]
    [InlineData("a = x,y", "a", "x")]
    [InlineData("a += 2", "a", null)]
    [InlineData("a..b = 1", "a.b", "1")]
    [InlineData("a = x\u00a0y", "a", "x")]
    [InlineData("\uFEFFa = 1", "a", null)]
    [InlineData("a = \" x \"", "a", "x")] // quotes do not keep blanks; HoconFile does not ask for it in this way
    public void It_is_accepted_and_read_as_something_else(string hocon, string path, string? value) => Assert.Equal(value, ConfigurationFactory.ParseString(hocon).GetString(path));

    [Theory]
    [InlineData("a { b = 1 },\nc = 2")]
    [InlineData("a = 1\n, b = 2")]
    [InlineData("a = 1 #")]
    public void It_is_refused_although_it_is_well_formed(string hocon) => Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon));

    [Fact]
    public void An_include_needs_somebody_who_reads_it() => Assert.Throws<NullReferenceException>(() => ConfigurationFactory.ParseString("include \"x\""));
}
