using Akka.Configuration;

namespace RealtimeAkka.Actor.Tests.AkkaAssumptions;

/// <summary>
/// How Akka's parser reads malformed HOCON: the reason why <c>HoconSyntax</c> checks every text first. If one of these fails
/// after an update, that rule may no longer be needed. Not included is what crashes or hangs the process: a key that substitutes itself,
/// an optional substitution, a list closed by a brace.
/// </summary>
public sealed class MalformedHoconTests
{
    [Theory]
    [InlineData("a {\n  b = 1", "a.b", "1")] // the brace is not closed
    [InlineData("a = \"open\nb = 1", "a", "open\nb = 1")]
    [InlineData("a = \"\"\"open", "a", "open")]
    [InlineData("a = 1\n}\nb = 2", "b", null)] // the text after the brace is not read
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
    [InlineData("a = \" x \"", "a", "x")] // quotes do not keep blanks; HoconFile reads values in another way
    public void It_is_accepted_and_read_as_something_else(string hocon, string path, string? value) =>
    Assert.Equal(value, ConfigurationFactory.ParseString(hocon).GetString(path));

    [Theory]
    [InlineData("a { b = 1 },\nc = 2")]
    [InlineData("a = 1\n, b = 2")]
    [InlineData("a = 1 #")]
    public void It_is_refused_although_it_is_well_formed(string hocon) =>
    Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon));

    [Fact]
    public void An_include_needs_somebody_who_reads_it() =>
    Assert.Throws<NullReferenceException>(() => ConfigurationFactory.ParseString("include \"x\""));
}
