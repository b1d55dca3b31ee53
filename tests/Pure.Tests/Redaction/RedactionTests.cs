using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Redaction;

namespace RealtimeAkka.Pure.Tests.Redaction;

public class RedactionTests
{
    private static readonly TextRedactor Texts = new(RedactedCalls.Settings());

    [Theory]
    [InlineData("My name is Dana Whitlock.", "My name is [name].")]
    [InlineData("W-H-I-T-L-O-C-K", "[spelled]")]
    [InlineData("Call 555-123-4567 now", "Call [phone] now")]
    [InlineData("It is ABCD-1234, I think", "It is [code], I think")]
    [InlineData("Write to dana.whitlock@example.com, please", "Write to [email], please")]
    [InlineData("It's dana dot whitlock at example dot com", "It's [email]")]
    [InlineData("on March 5th 2026 at 2:30 pm", "on [date] at [time]")]
    [InlineData("it costs $1,250.50 or so", "it costs [money] or so")]
    [InlineData("I am twenty three", "I am [number]")]
    [InlineData("José said five five five", "José said [number] [number] [number]")]
    [InlineData("رقم الطلب ٤١٥ من فضلك", "رقم الطلب [number] من فضلك")]
    [InlineData("电话是一三八零零", "电话是[number]")]
    [InlineData("mail a@b", "mail [email]")]
    [InlineData("it was raining last night", "it was raining last night")]
    [InlineData("", "")]
    public void What_identifies_a_person_is_replaced_by_what_it_is(string text, string redacted) =>
        Assert.Equal(redacted, TextRedactor.Replace(text, Texts.Find(text)));

    [Fact]
    public void A_long_text_is_redacted_to_its_end()
    {
        var text = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"and 77{i} then Dana Whitlock "));
        var redacted = TextRedactor.Replace(text, Texts.Find(text));
        Assert.DoesNotContain(redacted, char.IsAsciiDigit);
        Assert.DoesNotContain("Whitlock", redacted, StringComparison.Ordinal);
    }

    [Fact]
    public void No_format_has_what_was_redacted()
    {
        var lines = RedactedCalls.Lines(RedactedCalls.MadeUp);
        Assert.Equal(8, lines.Count);
        // As it is, every secret is somewhere.
        var plain = string.Concat(RedactedCalls.Formats(lines).Select(format => format.Text));
        Assert.All(RedactedCalls.Secrets, secret => Assert.Contains(secret, plain, StringComparison.Ordinal));
        foreach (var (format, text) in RedactedCalls.Formats(RedactedCalls.Redact(lines)))
        {
            Assert.Contains("[name]", Regex.Replace(text, @"\\", ""), StringComparison.Ordinal);
            Assert.All(RedactedCalls.Secrets, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{format}: {secret}"));
        }
    }

    public static TheoryData<string> Recordings =>
        [.. Directory.GetDirectories(Repository.At("tests", "Recordings")).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void No_format_of_a_recorded_call_has_an_entity_of_it(string name)
    {
        var lines = RedactedCalls.Lines(File.ReadAllText(Repository.At("tests", "Recordings", name, "turns.jsonl")));
        var entities = lines.SelectMany(line => RedactedCalls.Values(line.Json))
            .Where(value => value.Path is "entities[].oob" or "entities[].asr").Select(value => value.Value)
            // A number of a few digits is in ids, times and amounts too: it is looked for in the words below.
            .SelectMany(value => value.Split(' ').Append(value)).Where(value => value.Length > 2).ToHashSet();
        var redacted = RedactedCalls.Redact(lines);
        foreach (var (format, text) in RedactedCalls.Formats(redacted))
            Assert.All(entities, entity => Assert.False(Regex.IsMatch(text, $@"(?i)\b{Regex.Escape(entity)}\b"), $"{format}: {entity}"));
        Assert.DoesNotContain(
            redacted.SelectMany(line => RedactedCalls.Values(line.Json)),
            value => value is { IsNumber: false, Path: "oob.text" or "asr.text" or "words" or "text" or "output" or "evidence" }
                && value.Value.Any(char.IsAsciiDigit));
    }

    [Fact]
    public void Ids_times_and_amounts_stay_and_so_does_the_form_of_each_record()
    {
        var lines = RedactedCalls.Lines(RedactedCalls.MadeUp);
        foreach (var (before, after) in lines.Zip(RedactedCalls.Redact(lines)))
        {
            Assert.Equal(before.Record?.GetType(), after.Record?.GetType());
            if (before.Record is null && before.Type != "notice") continue; // of a newer program: only the turn is known
            var kept = new HashSet<string>(
                "type session item_id source oob.status oob.response_id oob.context oob.prompt asr.status asr.model agreement.unit flags[] entities[].kind entities[].state verdict reasons[] response_id status supported_by kind tool call_id id task context prompt level code agreement.differences[].op".Split(' '));
            bool IsKept((string Path, string Value, bool IsNumber) value) =>
                value.IsNumber ? !value.Path.StartsWith("value", StringComparison.Ordinal) && !value.Path.StartsWith("arguments", StringComparison.Ordinal)
                : kept.Contains(value.Path);
            Assert.Equal(
                RedactedCalls.Values(before.Json).Where(IsKept), RedactedCalls.Values(after.Json).Where(IsKept));
        }
    }

    [Fact]
    public void Both_transcripts_of_a_turn_are_redacted_alike()
    {
        var turn = RedactedCalls.Redact(RedactedCalls.Lines(RedactedCalls.MadeUp)).First().Json;
        Assert.Equal("Hi, my name is [name], spelled [spelled].", turn.GetProperty("oob").GetProperty("text").GetString());
        Assert.Equal("hi my name is [name] spelled [spelled]", turn.GetProperty("asr").GetProperty("text").GetString());
        Assert.Equal("Hi, my name is [name], spelled [spelled].", turn.GetProperty("words").GetString());
        Assert.Equal(
            """[{"op":"substitute","oob":"[name]","asr":"[name]"},{"op":"insert","oob":null,"asr":"[spelled]"}]""",
            turn.GetProperty("agreement").GetProperty("differences").GetRawText());
    }

    [Fact]
    public void What_an_own_pattern_matches_in_one_transcript_is_redacted_in_the_other_and_wherever_it_stands()
    {
        var lines = RedactedCalls.Lines("""
            {"type":"turn","session":"s","turn":1,"item_id":"i","source":"vad","audio_start_ms":0,"audio_end_ms":1,"oob":{"status":"completed","text":"about the eagle project","response_id":null,"context":"full","attempts":1,"latency_ms":1,"usage":null,"cost_usd":null,"error":null},"asr":{"status":"completed","text":"about the eegell project","model":"m","latency_ms":1,"usage":null,"cost_usd":null,"error":null},"agreement":null,"flags":[]}
            {"type":"assistant","session":"s","response_id":"r","turn":1,"item_id":null,"status":"completed","text":"The EAGLE, or eegell, project?","heard_ms":1,"usage":null,"cost_usd":null,"error":null}
            """);
        var redacted = RedactedCalls.Redact(lines, "eagle");
        Assert.Equal("about the [redacted] project", redacted[0].Json.GetProperty("oob").GetProperty("text").GetString());
        Assert.Equal("about the [redacted] project", redacted[0].Json.GetProperty("asr").GetProperty("text").GetString());
        // In capitals it is a name by itself.
        Assert.Equal("The [name], or [redacted], project?", redacted[1].Json.GetProperty("text").GetString());
    }

    [Fact]
    public void Whatever_a_record_nests_no_digit_and_no_address_of_it_is_left() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var value = Nested(new Random(seed), depth: 4);
            var line = $$"""{"type":"task","session":"s","task":"t","turn":1,"status":"completed","text":{{value}},"value":{{value}},"context":"none","attempts":1,"id":"i"}""";
            // A text is a string; anything else is another record, of a program that is not known.
            line = value[0] == '"' ? line : line.Replace($"\"text\":{value}", "\"text\":null", StringComparison.Ordinal);
            var redacted = RedactedCalls.Redact(RedactedCalls.Lines(line)).Single();
            return RedactedCalls.Values(redacted.Json.GetProperty("value")).Append(("text", redacted.Json.GetProperty("text").ToString(), false))
                .All(found => !found.Item3 && !found.Item2.Any(c => char.IsDigit(c) || c == '@'))
                && !Regex.Replace(redacted.Json.GetProperty("value").GetRawText(), @"\\u[0-9a-fA-F]{4}", "").Any(c => char.IsDigit(c) || c == '@');
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static string Nested(Random random, int depth)
    {
        string[] words = ["a", "call", "4711", "x@y.org", "ten", "\"", "<b>", "日本", "３", "\u0001", "0049 30 1234567", "Ann-Kathrin", "٤١٥"];
        string Text() => JsonSerializer.Serialize(string.Join(' ', random.GetItems(words, random.Next(6))));
        return random.Next(depth == 0 ? 2 : 4) switch
        {
            0 => Text(),
            1 => random.Next(100_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
            2 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Nested(random, depth - 1)))}]",
            _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Text()}:{Nested(random, depth - 1)}"))}}}",
        };
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text_and_no_error()
    {
        var redacted = RedactedCalls.Redact(RedactedCalls.Lines(
            """{"type":"tool","session":"s","tool":"t","turn":1,"call_id":"c","status":"completed","arguments":{"a":"\ud800"},"output":null,"error":null,"id":"i"}"""));
        Assert.Equal("""{"a":"[redacted]"}""", redacted.Single().Json.GetProperty("arguments").GetRawText());
    }

    [Fact]
    public void The_sessions_own_entities_and_terms_are_redacted()
    {
        var folder = Directory.CreateTempSubdirectory("realtime-akka-redaction-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "config.json"), """
                {"realtime.session.vocabulary":{"value":"acme cloud","origin":"--set"},"realtime.entities.claim.pattern":{"value":"claim [a-z]+","origin":"x"}}
                """);
            var texts = new TextRedactor(RedactionPlanner.Plan(Repository.At("hocon"), folder.FullName, [], []));
            const string text = "my acme cloud has claim zebra";
            Assert.Equal("my [name] has [claim]", TextRedactor.Replace(text, texts.Find(text)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_pattern_that_is_none_is_named_and_one_that_takes_too_long_is_given_up()
    {
        var error = Assert.Throws<ConfigException>(() => RedactedCalls.Settings(null, "a(b"));
        Assert.StartsWith("--redact-pattern is 'a(b'; it must be a regular expression (", error.Message, StringComparison.Ordinal);
        var inFile = Assert.Throws<ConfigException>(() => Configuration.Planned.By(Shipped.Set("export.redact.patterns", "a(b")));
        Assert.Contains("--set export.redact.patterns is 'a(b'; it must be a regular expression", inFile.Message, StringComparison.Ordinal);

        var slow = new TextRedactor(RedactedCalls.Settings(null, "^(a+)+$") with { Own = [new Regex("^(a+)+$", RegexOptions.None, TimeSpan.FromMilliseconds(50))] });
        Assert.Throws<RegexMatchTimeoutException>(() => slow.Find(new string('a', 60) + "b"));
    }

    [Fact]
    public void Patterns_of_the_configuration_apply_too()
    {
        var settings = RedactionPlanner.Plan(Repository.At("hocon"), Repository.Root, [Shipped.Set("export.redact.patterns", "lemon|lime")], ["orange"]);
        const string text = "lemon, lime, orange, apple";
        Assert.Equal("[redacted], [redacted], [redacted], apple", TextRedactor.Replace(text, new TextRedactor(settings).Find(text)));
    }
}
