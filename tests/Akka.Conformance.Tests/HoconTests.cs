namespace Akka.Conformance.Tests;

public class HoconTests
{
    [Theory]
    [InlineData("a = 1", "a", "1")]
    [InlineData("a : 1", "a", "1")]
    [InlineData("a.b.c = x", "a.b.c", "x")]
    [InlineData("a { b { c = x } }", "a.b.c", "x")]
    [InlineData("a = { b = x }, c = y", "c", "y")]
    [InlineData("{ a = x }", "a", "x")]
    [InlineData("a = \"quoted \\\"text\\\" \\u0041\\n\"", "a", "quoted \"text\" A")]
    [InlineData("a = \"\"\"three \"quotes\" \\n\"\"\"", "a", "three \"quotes\" \\n")]
    [InlineData("a = some words here", "a", "some words here")]
    [InlineData("a = 10 ms # comment", "a", "10 ms")]
    [InlineData("a = x // comment", "a", "x")]
    [InlineData("# comment\n\na = x", "a", "x")]
    [InlineData("\"a.b\" { c = x }", "\"a.b\".c", "x")]
    [InlineData("a = 1\na = 2", "a", "2")]
    [InlineData("a { b = 1 }\na { c = 2 }", "a.b", "1")]
    [InlineData("a { b = 1 }\na.b = 2", "a.b", "2")]
    [InlineData("b = x\na = ${b}", "a", "x")]
    [InlineData("b = x\na = ${b}-y", "a", "x-y")]
    [InlineData("b { c = x }\na = ${b}", "a.c", "x")]
    [InlineData("a = null", "a", null)]
    [InlineData("a=x,b=y", "b", "y")]
    public void Text_is_read(string hocon, string path, string? expected)
    {
        var config = ConfigurationFactory.ParseString(hocon);
        Assert.True(config.HasPath(path));
        Assert.Equal(expected, config.GetString(path));
    }

    [Theory]
    [InlineData("a = [1, 2, 3]")]
    [InlineData("a = [1\n2\n3]")]
    [InlineData("a = [\n  1,\n  2, # two\n  3\n]")]
    [InlineData("b = [1]\na = ${b} [2, 3]")]
    public void Lists_are_read(string hocon) => Assert.Equal([1, 2, 3], ConfigurationFactory.ParseString(hocon).GetIntList("a"));

    [Fact]
    public void Lists_hold_objects_too()
    {
        var list = ConfigurationFactory.ParseString("a = [{ n = 1 }, { n = 2 }]").GetValue("a")!.GetArray();
        Assert.Equal(["1", "2"], list.Select(v => v.GetObject()!.GetKey("n")!.GetString()));
    }

    [Theory]
    [InlineData("10", 10)]
    [InlineData("10ms", 10)]
    [InlineData("10 millis", 10)]
    [InlineData("1.5 s", 1500)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("infinite", -1)]
    public void Durations_are_read(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));

    [Theory]
    [InlineData("10", 10)]
    [InlineData("10b", 10)]
    [InlineData("1kB", 1000)]
    [InlineData("1K", 1024)]
    [InlineData("1 KiB", 1024)]
    [InlineData("16 MiB", 16L << 20)]
    [InlineData("2GB", 2_000_000_000L)]
    public void Sizes_are_read(string text, long bytes) =>
        Assert.Equal(bytes, ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a", null));

    [Fact]
    public void What_is_missing_reads_as_the_default()
    {
        var config = ConfigurationFactory.ParseString("present = 1");
        Assert.False(config.HasPath("a.b"));
        Assert.Null(config.GetString("a.b"));
        Assert.Equal("x", config.GetString("a.b", "x"));
        Assert.Equal((0, 7), (config.GetInt("a"), config.GetInt("a", 7)));
        Assert.False(config.GetBoolean("a"));
        Assert.True(config.GetBoolean("a", true));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("a"));
        Assert.Empty(config.GetStringList("a"));
        Assert.True(config.GetConfig("a").IsNullOrEmpty());
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void Booleans_are_on_off_true_false(string text, bool expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a"));

    [Fact]
    public void A_value_of_the_wrong_type_is_an_error()
    {
        var config = ConfigurationFactory.ParseString("word = abc, size = 10 XB, yes = yes");
        Assert.Throws<FormatException>(() => config.GetInt("word"));
        Assert.Throws<FormatException>(() => config.GetTimeSpan("word"));
        Assert.Throws<FormatException>(() => config.GetByteSize("size", null));
        Assert.Throws<NotSupportedException>(() => config.GetBoolean("yes"));
    }

    [Fact]
    public void With_a_fallback_the_left_side_wins_and_objects_are_merged()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1, deep { p = 1 } }").WithFallback("a { x = 2, y = 3, deep { q = 4 } }\nb = 5");
        Assert.Equal([1, 3, 5, 1, 4], new[] { "a.x", "a.y", "b", "a.deep.p", "a.deep.q" }.Select(p => config.GetInt(p)));
        Assert.Equal(["x", "deep", "y"], config.GetConfig("a")!.Root.GetObject()!.Items.Keys.OrderBy(k => "x deep y".IndexOf(k, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_tree_can_be_walked()
    {
        var config = ConfigurationFactory.ParseString("a { text = x y, list = [1, 2], object { k = v } }");
        var items = config.GetConfig("a")!.AsEnumerable().ToDictionary(i => i.Key, i => i.Value);
        Assert.True(items["text"].IsString() && !items["text"].IsObject() && !items["text"].IsArray());
        Assert.True(items["list"].IsArray() && !items["list"].IsString());
        Assert.True(items["object"].IsObject() && !items["object"].IsString());
        Assert.Equal("x y", items["text"].GetString());
        Assert.Equal(["1", "2"], items["list"].GetArray().Select(v => v.GetString()));
        Assert.Equal("v", items["object"].GetObject()!.Items["k"].GetString());
    }

    [Theory]
    [InlineData("a { b = 1 },\nc = 2")]
    [InlineData("a = ${nowhere}")]
    public void Malformed_text_is_refused(string hocon) => Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString(hocon));
}
