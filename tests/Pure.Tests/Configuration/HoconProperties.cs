using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

/// <summary>
/// Random texts, well-formed ones with a few changes: each is refused with a position, or read as <see cref="SimpleHocon"/> reads it.
/// REALTIME_HOCON_TEXTS sets their number.
/// </summary>
public partial class HoconProperties
{
    private static readonly int Texts = Environment.GetEnvironmentVariable("REALTIME_HOCON_TEXTS") is { Length: > 0 } many ? int.Parse(many)
        : 4_000;

    // Some of these texts would hang Akka's parser if they reached it.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly Gen<string> Blanks = Gen.Elements("", "", " ", "  ", "\t");
    private static readonly Gen<string> Name =
        Gen.Elements("a", "b", "c", "include", "includes", "x-1", "é", "/u/v", "\"q r\"", "\"a\"", "\"#\"");
    private static readonly Gen<string> Words =
        Gen.Elements("1", "x y", "40  ms", "last", "a/b", "-1", "1+2", ".5", "null", "true", "b.c", "x\t y", "😀");
    private static readonly Gen<string> Quoted = Gen.Elements(
        "\"\"", "\"a\"", "\" b \"", "\"\t\"", "\"a, b\"", "\"\\u0041\\n\\\"\\\\\\/\"", "\"\\ud83d\\ude00\"", "\"#//{}[]=:$\"", "\"${a}\"",
        "\"\"\"x\"\"\"", "\"\"\"a\nb \" c\"\"\"", "\"\"\"\"\"\"", "\"\"\" \\q ${a} \"\"\"");
    private static readonly Gen<string> Separator =
        Gen.Elements("\n", "\n", " \n", ",", " , ", "\r\n", " # c }\n", "// c = {\n", ",\n", "\n\n\t");
    private static readonly Gen<string> Junk = Gen.Elements(
        "$", "${a}", "${?a}", "[", "]", "{", "}", "\"", "\"\"\"", "\\", "\\u", "+", "+=", "=", ":", ",", ".", "#", "//", "/", "\n", "\r",
        " ", "\u00a0", "\u2028", "\ufeff", "\t", "?", "*", "^", "`", "@", "include ", "include \"x\"", "a", "1",
        "\u200b", "\0", "\u0085");

    [Fact]
    public async Task A_text_that_is_not_refused_is_read_as_it_is_written()
    {
        var (read, refused) = (0, 0);
        await Checked(Document.SelectMany(Changed).Select(string.Concat), text =>
        {
            try
            {
                var values = HoconFile.Read(text, "f").Values;
                read++;
                return Same(SimpleHocon.Read(text), values);
            }
            catch (ConfigException e)
            {
                refused++;
                return Place().IsMatch(e.Message);
            }
        });
        Assert.InRange(read, Texts / 10, Texts);
        Assert.InRange(refused, Texts / 10, Texts);
    }

    [Fact]
    public Task A_well_formed_text_is_never_refused() =>
    Checked(Document.Select(string.Concat), text => Same(SimpleHocon.Read(text), HoconFile.Read(text, "f").Values));

    [Fact]
    public Task A_JSON_object_of_texts_is_read_as_it_is_written()
    {
        var objects = from pairs in ArbMap.Default.GeneratorFor<(NonEmptyString Name, NonNull<string> Value)[]>()
                      from indented in Gen.Elements(true, false)
                      let values = pairs.Select(pair => (Name: Clean(pair.Name.Get).Replace('.', '_'), Value: Clean(pair.Value.Get)))
                      .Where(pair => pair.Name.Length > 0).DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.Value)
                      select (Values: values,
                      Json: JsonSerializer.Serialize(new { block = values }, new JsonSerializerOptions { WriteIndented = indented }));
        return Checked(
            objects, o => Same(o.Values.ToDictionary(pair => $"block.{pair.Key}", pair => pair.Value), HoconFile.Read(o.Json, "f").Values));
    }

    [Fact]
    public Task Any_value_is_written_so_that_it_is_read_again() =>
    Checked(ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => Clean(text.Get)), value =>
    {
        var written = HoconFile.Write("a.b c", value);
        HoconSyntax.Check(written, "f");
        return HoconFile.Read(written, "f").Values["a.b c"] == value;
    });

    // As tokens, so that a change resembles a typical mistake.
    private static Gen<IReadOnlyList<string>> Document =>
        from braces in Gen.Elements(true, false, false) from fields in Fields(3) select Tokens(braces ? ["{", .. fields, "}"] : fields);

    private static Gen<IReadOnlyList<string>> Fields(int depth) =>
        Field(depth).ListOf(4).Select(fields => Tokens(fields.SelectMany(field => field)));

    private static Gen<IReadOnlyList<string>> Field(int depth)
    {
        var path = Name.SelectMany(first => Name.ListOf(2)
            .SelectMany(rest => Gen.Elements(0, 1, 2)
            .Select(more => Tokens([first, .. rest.Take(more).SelectMany(name => new[] { ".", name })]))));
        var sign = Gen.Elements("=", ":");
        var text = from p in path from b1 in Blanks from s in sign from b2 in Blanks from value in Gen.OneOf(
            Words, Quoted) from b3 in Blanks from end in Separator select Tokens([.. p, b1, s, b2, value, b3, end]);
        if (depth == 0) return text;
        var block = from p in path from b in Blanks from inside in Fields(depth - 1) from b3 in Blanks from end in Separator.Where(
            end => !end.Contains(',')) select Tokens([.. p, b, "{", .. inside, "}", b3, end]);
        var assigned = from p in path from s in sign from b in Blanks from inside in Fields(depth - 1) from end in Separator select Tokens(
            [.. p, s, b, "{", .. inside, "}", end]);
        return Gen.Frequency((3, text), (1, block), (1, assigned));
    }

    private static Gen<IReadOnlyList<string>> Changed(IReadOnlyList<string> tokens) =>
        from count in Gen.Elements(1, 1, 1, 2)
        from changes in (from at in Gen.Choose(0, tokens.Count) from kind in Gen.Choose(
        0, 3) from junk in Junk select (at, kind, junk)).ListOf(count)
        select Tokens(changes.Aggregate(tokens.ToList(), (list, change) =>
        {
            var at = Math.Min(change.at, list.Count - 1);
            if (change.kind == 0 || at < 0) list.Insert(at + 1, change.junk);
            else if (change.kind == 1) list.RemoveAt(at);
            else if (change.kind == 2) list.Insert(at, list[at]);
            else list[at] = change.junk;
            return list;
        }));

    private static IReadOnlyList<string> Tokens(IEnumerable<string> tokens) => [.. tokens];

    // Removes characters that no configuration value can contain.
    private static string Clean(string text) => new([.. text.Where(c => c != '\0' && !char.IsSurrogate(c))]);

    private static bool Same(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> actual) =>
        expected.Count == actual.Count && expected.All(pair => actual.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static Task Checked<T>(Gen<T> inputs, Func<T, bool> holds) =>
        Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Texts), Prop.ForAll(inputs.ToArbitrary(), holds))).WaitAsync(Limit);

    [GeneratedRegex(@"^f, line \d+, column \d+: [^\n]+\.$")]
    private static partial Regex Place();
}
