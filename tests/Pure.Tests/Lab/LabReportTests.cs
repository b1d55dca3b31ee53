using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RealtimeAkka.Hosting.Lab;
using RealtimeAkka.Hosting.Pages;
using RealtimeAkka.Lab;

namespace RealtimeAkka.Pure.Tests.Lab;

/// <summary>The figures as JSON, as a table and as a page.</summary>
public partial class LabReportTests
{
    private const string Hostile = "<script>alert(1)</script>\e[2J\u202Eevil";

    private static readonly LabFigures Small = LabFigures.Of(
        [
            Answers.Of("long", Answers.Turn("the code is 415", 1, "en", "415"), "the code is four one five", 0.02m) with
                { LatencyMs = 410.4 },
            Answers.Of("short", Answers.Turn("the code is 415", 1, "en", "415"), "the code is 451", 0.01m) with { LatencyMs = 120 },
            Answers.Of("long", Answers.Turn("", 2), "", 0.02m), Answers.Of("short", Answers.Turn("", 2), null),
        ],
        Answers.Shipped);

    private static readonly LabFigures Evil = LabFigures.Of(
        [
            Answers.Of(Hostile, Answers.Turn(Hostile, 1, "en", Hostile), Hostile) with { Error = Hostile },
            Answers.Of("b", Answers.Turn(Hostile, 1, "en", Hostile), "something else"),
            Answers.Of("b", Answers.Turn(Hostile, 2), null) with { Error = Hostile },
        ],
        Answers.Shipped);

    [Fact]
    public void The_records_have_the_fields_of_the_contract()
    {
        var lines = new[] { Small.Results.Select(LabJson.Result), Small.Variants.Select(LabJson.Variant), Small.Comparisons.Select(LabJson.Comparison) }
            .SelectMany(lines => lines).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(
            ["result", "result", "result", "result", "variant", "variant", "comparison", "comparison", "comparison"],
            lines.Select(line => line.GetProperty("type").GetString()));
        Assert.StartsWith("""{"type":"result","variant":"long","turn":1,""", LabJson.Result(Small.Results[0]), StringComparison.Ordinal);
        var (result, missing, variant, wer) = (lines[1], lines[3], lines[4], lines[6]);
        Assert.Equal(("the code is 415", "the code is 451"), (result.Text("reference"), result.Text("text")));
        Assert.Equal("""{"right":0,"wrong":1}""", result.GetProperty("entities").GetRawText());
        Assert.Equal(120, result.GetProperty("latency_ms").GetInt64());
        Assert.Equal("0.010000", result.GetProperty("usd").GetRawText());
        Assert.All(
            (string[])["text", "wer", "cer", "usd", "latency_ms"],
            name => Assert.Equal(JsonValueKind.Null, missing.GetProperty(name).ValueKind));
        Assert.Equal((2, "0.020000"), (variant.GetProperty("turns").GetInt32(), variant.GetProperty("usd_per_turn").GetRawText()));
        Assert.Equal("""{"p50":410,"p95":410}""", variant.GetProperty("latency_ms").GetRawText());
        Assert.Equal(("long", "short", "wer", "same"), (wer.Text("a"), wer.Text("b"), wer.Text("metric"), wer.Text("verdict")));
        Assert.True(wer.GetProperty("low").GetDouble() <= wer.GetProperty("difference").GetDouble());
    }

    [Fact]
    public void A_table_without_a_terminal_is_plain_text()
    {
        var text = Written(Small);
        Assert.Contains("long", text, StringComparison.Ordinal);
        Assert.Contains("[misheard: 415]", text, StringComparison.Ordinal);
        Assert.Matches("(?m)^entities right +1/1 +0/1$", text);
        Assert.DoesNotContain('\e', text);
        Assert.DoesNotContain('│', text);
    }

    [Fact]
    public void Nothing_from_a_transcript_moves_the_cursor_or_forges_a_line()
    {
        var text = Written(Evil);
        Assert.DoesNotContain('\e', text);
        Assert.DoesNotContain('\u202E', text);
        Assert.Contains("\uFFFD[2J\uFFFDevil", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_text_in_the_page_and_never_markup()
    {
        var prompts = ImmutableDictionary<string, string>.Empty.Add(Hostile, Hostile);
        var html = LabPage.Html(Evil, new(Hostile, DateTimeOffset.UnixEpoch) { Prompts = prompts });
        Assert.Single(Script().Matches(html));
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', html);
        Assert.DoesNotContain('\u202E', html);
    }

    [Fact]
    public void The_page_needs_no_other_address_and_allows_only_its_own_style_and_script()
    {
        var html = LabPage.Html(Small, new("golden", DateTimeOffset.UnixEpoch));
        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        foreach (var (inline, directive) in ((Regex, string)[])[(Script(), "script-src"), (Style(), "style-src")])
        {
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline.Match(html).Groups[1].Value)));
            Assert.Contains($"{directive} 'sha256-{hash}'", html, StringComparison.Ordinal);
        }
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_words_are_marked_and_missing_ones_struck_out()
    {
        var figures = LabFigures.Of([Answers.Of("a", Answers.Turn("red green blue"), "red grean")], Answers.Shipped);
        var html = LabPage.Html(figures, new("x", DateTimeOffset.UnixEpoch));
        Assert.Contains("red <mark>grean</mark> <del>blue</del></p>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_sounds_are_part_of_the_page_up_to_a_total_and_others_are_linked()
    {
        var folder = TestFolder.New().FullName;
        var sounds = new LabSounds(folder);
        GoldenTurn Turn(string name, int bytes)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllBytes(path, new byte[bytes]);
            return new(path, 1, "x") { Name = name };
        }
        Assert.Equal(1000, Assert.IsType<LabSound.Embedded>(sounds.Of(Turn("a.wav", 1000))).Wav.Length);
        Assert.Equal(844, Assert.IsType<LabSound.Embedded>(sounds.Of(Turn("b.wav", 1000), new byte[800])).Wav.Length);
        var large = sounds.Of(Turn("lärm <b>.wav", LabSounds.MaxBytes + 1));
        Assert.Equal("l%C3%A4rm%20%3Cb%3E.wav", Assert.IsType<LabSound.Link>(large).Address);
        for (var i = 0; i < 11; i++) Assert.IsType<LabSound.Embedded>(sounds.Of(Turn("c.wav", LabSounds.MaxBytes)));
        Assert.IsType<LabSound.Link>(sounds.Of(Turn("c.wav", LabSounds.MaxBytes)));
        Assert.Null(sounds.Of(new(Path.Combine(folder, "none.wav"), 1, "x") { Name = "none.wav" }));
    }

    [Fact]
    public void The_file_of_the_page_is_its_owners()
    {
        var path = Path.Combine(TestFolder.New().FullName, "report.html");
        LabPage.Write(path, Small, new("golden", DateTimeOffset.UnixEpoch));
        Assert.EndsWith("</html>\n", File.ReadAllText(path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData(0.034, 0.1, 0.1)]
    [InlineData(0.34, 0.1, 0.5)]
    [InlineData(0.0021, 0.000001, 0.0025)]
    [InlineData(1, 0.1, 1)]
    public void An_axis_ends_at_a_round_figure(double value, double least, double expected) =>
        Assert.Equal(expected, SvgPlot.NiceTop(value, least), 1e-12);

    private static string Written(LabFigures figures)
    {
        var writer = new StringWriter();
        new LabTable(writer, isTerminal: false).Write(figures);
        return writer.ToString();
    }

    [GeneratedRegex("<script[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
