using System.Text;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class HoconSyntaxTests
{
    public static TheoryData<string, int, int, string> Refused => new()
    {
        // Blocks and fields.
        { "a {\n  b = 1\n", 3, 1, "the '{' at line 1, column 3 is not closed" },
        { "{ a = 1", 1, 8, "the '{' at line 1, column 1 is not closed" },
        { "a = 1\n}", 2, 1, "this '}' closes nothing" },
        { "{ a = 1 }\n}", 2, 1, "this '}' closes nothing" },
        { "{ a = 1 }\nb = 2", 2, 1, "nothing can follow the '}'" },
        { "a { b = 1 },\nc = 2", 1, 12, "a comma cannot follow KEY { ... }" },
        { "x { a { b = 1 }, c = 2 }", 1, 16, "a comma cannot follow KEY { ... }" },
        { "a { b = 1 } c = 2", 1, 13, "expected the end of the line, found 'c'" },
        { "a = 1 b = 2", 1, 9, "expected the end of the line, found '='" },
        { "a = 1, , b = 2", 1, 8, "expected a key, found ','" },
        { "a = 1\n, b = 2", 2, 1, "expected a key, found ','" },
        { "a = x,y", 1, 8, "expected '=', ':' or '{' after the key, found the end of the file" },
        { "[1]", 1, 1, "lists are not supported" },

        // Keys.
        { "a", 1, 2, "found the end of the file" },
        { "a\nb = 1", 1, 2, "found the end of the line" },
        { "a\n{ b = 1 }", 1, 2, "found the end of the line" },
        { "a b = 1", 1, 3, "found 'b'" },
        { "a..b = 1", 1, 3, "expected a key, found '.'" },
        { ".a = 1", 1, 1, "expected a key, found '.'" },
        { "a. = 1", 1, 3, "expected a key, found the character U+0020" },
        { "\"\" = 1", 1, 1, "a key in quotes is not empty" },
        { "x { \"a.b\" = 1 }", 1, 5, "neither dots nor backslashes" },
        { "\"a\\u002eb\" = 1", 1, 1, "neither dots nor backslashes" },
        { "a += 2", 1, 3, "'+=' is not supported" },
        { "a+=2", 1, 2, "'+=' is not supported" },
        { "include \"/etc/passwd\"", 1, 1, "include is not supported" },
        { "a { include file(\"x\") }", 1, 5, "include is not supported" },
        { "${a} = 1", 1, 1, "substitutions" },

        // Values.
        { "a =", 1, 4, "expected a value, found the end of the file" },
        { "a =\nb = 1", 1, 4, "expected a value, found the end of the line" },
        { "a = # 1", 1, 5, "expected a value, found '#'" },
        { "a = }", 1, 5, "expected a value, found '}'" },
        { "a = last:3", 1, 9, "expected the end of the line, found ':'" },
        { "a = http://example.com/", 1, 9, "found ':'" },
        { "a = C:\\temp", 1, 6, "found ':'" },
        { "a = 1*2", 1, 6, "found '*'" },
        { "a = x\u00a0y", 1, 6, "found the character U+00A0" },
        { "a = x\u200by", 1, 6, "found the character U+200B" },
        { "\uFEFFa = 1", 1, 1, "found the character U+FEFF" },
        { "a = \"x\" y", 1, 9, "found 'y'" },
        { "a = x \"y\"", 1, 7, "found '\"'" },
        { "a = \"\"\"x\"\"\"\"", 1, 12, "found '\"'" },
        { "a = { b = 1 } { c = 2 }", 1, 15, "found '{'" },
        { "a = { b = 1 } c", 1, 15, "found 'c'" },
        { "b { c = 1 }\na = ${b} { d = 2 }", 2, 5, "substitutions" },
        { "a = ${b}", 1, 5, "substitutions" },
        { "a = ${a}", 1, 5, "substitutions" },
        { "a = ${b}\nb = ${a}", 1, 5, "substitutions" },
        { "a = ${?HOME}", 1, 5, "substitutions" },
        { "b = 1\na = x${b}", 2, 6, "substitutions" },
        { "a = [1, 2", 1, 5, "lists are not supported" },
        { "a = [1 2}", 1, 5, "lists are not supported" },
        { "a = 1 [2]", 1, 7, "lists are not supported" },

        // Quotes.
        { "a = \"open\nb = 1", 1, 5, "does not end on its line" },
        { "a = \"open", 1, 5, "does not end on its line" },
        { "a = \"open\\", 1, 10, "not an escape sequence" },
        { "\"open = 1", 1, 1, "does not end on its line" },
        { "a = \"\"\"open\n", 1, 5, "three quotes does not end" },
        { "a = \"\\q\"", 1, 6, "not an escape sequence" },
        { "a = \"C:\\Users\"", 1, 8, "Write \\\\ for a backslash" },
        { "a = \"\\u12\"", 1, 6, "not an escape sequence" },
        { "a = \"\\u 12f\"", 1, 6, "not an escape sequence" },
        { "a = \"\\u0000\"", 1, 6, "\\u0000 is not a character" },
        { "a = \"\\ud83d\"", 1, 6, "\\uD83D is not a character" },
        { "a = \"\\ud83d\\u0041\"", 1, 6, "\\uD83D is not a character" },
        { "a = \"\\ude00\"", 1, 6, "\\uDE00 is not a character" },

        // Invisible characters.
        { "a = 1\nb = \"\0\"", 2, 6, "the control character U+0000" },
        { "a = 1\rb = 2", 1, 6, "the control character U+000D" },
        { "a = 1 # \u001b[2J", 1, 9, "the control character U+001B" },
        { "a = 1\u0085b = 2", 1, 6, "the control character U+0085" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_refused_is_named_with_line_and_column(string hocon, int line, int column, string complaint)
    {
        var message = Assert.Throws<ConfigException>(() => HoconSyntax.Check(hocon, "my.hocon")).Message;
        Assert.StartsWith($"my.hocon, line {line}, column {column}: ", message, StringComparison.Ordinal);
        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    public static TheoryData<string, int, string> Large => new()
    {
        { Repeat("a {", 100_000), 3 * 128 + 1, "more than 256 characters" },
        { Repeat("{", 100_000), 2, "expected a key" },
        { "a = " + Repeat("[", 100_000), 5, "lists are not supported" },
        { Repeat("a.", 100_000) + "a = 1", 1, "more than 256 characters" },
        { Repeat("{\"a\":", 100_000), 5 * 64 + 2, "more than 256 characters" },
        { Repeat("a", 1_000_000) + " { b = 1 }", 1, "more than 256 characters" },
        { "a = " + Repeat("x", 1_000_000), 5, "more than 65536 characters" },
        { "a = \"" + Repeat("x", 1_000_000) + "\"", 5, "more than 65536 characters" },
        { "a = \"\"\"" + Repeat("x", 1_000_000) + "\"\"\"", 5, "more than 65536 characters" },
        { Repeat("a=1,", 100_000), 4 * 10_000 + 1, "this is key number 10001" },
        { "x0 = a, " + string.Concat(Enumerable.Range(1, 60).Select(i => $"x{i} = ${{x{i - 1}}}${{x{i - 1}}}, ")), 14, "substitutions" },
    };

    [Theory]
    [MemberData(nameof(Large))]
    public void Size_and_depth_are_bounded(string hocon, int column, string complaint)
    {
        var message = Assert.Throws<ConfigException>(() => HoconFile.Read(hocon, "my.hocon")).Message;
        Assert.StartsWith($"my.hocon, line 1, column {column}: ", message, StringComparison.Ordinal);
        Assert.Contains(complaint, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mic.frame", true)]
    [InlineData("tasks.my-task_2.options./x", true)]
    [InlineData("", false)]
    [InlineData("a..b", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a b", false)]
    [InlineData("a//b", false)]
    [InlineData("a+", false)]
    [InlineData("a{b", false)]
    [InlineData("a:${a}#", false)]
    [InlineData("\"a\"", false)]
    [InlineData("a\nb", false)]
    public void A_path_is_names_separated_by_dots(string path, bool isPath) => Assert.Equal(isPath, HoconSyntax.IsPath(path));

    [Fact]
    public void A_path_has_a_bound_too() =>
    Assert.Equal((true, false), (HoconSyntax.IsPath(new string('a', 256)), HoconSyntax.IsPath(new string('a', 257))));

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
