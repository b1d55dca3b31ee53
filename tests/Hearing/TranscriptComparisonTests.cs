using System.Diagnostics;
using System.Globalization;
using System.Text;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing.Tests;

public class TranscriptComparisonTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Theory]
    [InlineData("café", "cafe\u0301")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("１２３４", "1234")]
    [InlineData("donʼt", "don't")]
    [InlineData("Schiff\u00ADfahrt", "Schifffahrt")]
    [InlineData("a\u200Bb", "ab")]
    [InlineData("ﬁnance", "finance")]
    [InlineData("한국", "\u1112\u1161\u11AB\u1100\u116E\u11A8")]
    [InlineData("ABCD-1234", "a b c d 1 2 3 4")]
    [InlineData("ABCD-1234", "a b c d one two three four")]
    [InlineData("e-mail", "email")]
    [InlineData("twenty three percent", "23%")]
    [InlineData("I paid $1,250 for it.", "i paid one thousand two hundred and fifty dollars for it")]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("٣٤", "34")]
    [InlineData("I love it 😀", "I love it")]
    [InlineData("", "")]
    public void Texts_that_sound_the_same_have_no_differences(string one, string other)
    {
        var agreement = TranscriptComparison.Of(one, other).Agreement;
        Assert.Equal((0, 0), (agreement.Wer, agreement.Cer));
        Assert.Empty(agreement.Differences);
    }

    [Fact]
    public void Scripts_without_spaces_are_compared_by_grapheme_clusters()
    {
        var agreement = TranscriptComparison.Of("宋朝末年年间定居粉岭围", "宋朝末年间定居粉岭围").Agreement;
        Assert.Equal((AgreementUnit.Grapheme, 1), (agreement.Unit, agreement.Deletions));
        Assert.Equal(1 / 11.0, agreement.Cer, 6);
        Assert.Equal(new Difference("delete", "年", null), Assert.Single(agreement.Differences));
    }

    [Fact]
    public void Each_difference_names_the_words_as_they_are_written()
    {
        var agreement = TranscriptComparison.Of("I had an auto accident.", "I had otoo Accident").Agreement;
        Assert.Equal([new("delete", "an", null), new("substitute", "auto", "otoo")], agreement.Differences);
        Assert.Equal(0.4, agreement.Wer, 6);
    }

    [Fact]
    public void A_letter_that_is_missing_in_a_spelled_name_is_one_difference()
    {
        var agreement = TranscriptComparison.Of("My name is Dana Whitlock. W-H-I-T-L-O-C-K.", "My name is Dana Whitlock. W H I T L O C.").Agreement;
        Assert.Equal(new Difference("delete", "K", null), Assert.Single(agreement.Differences));
    }

    [Theory]
    [InlineData("Hello.", "Hello", 0.0, 0, 0, 0)]
    [InlineData("I am RICHARD CARL, thanks!", "i am richard carl thanks", 0.0, 0, 0, 0)]
    [InlineData("one two three four", "one too three", 0.5, 1, 0, 1)]
    [InlineData("one", "one two three", 2.0, 0, 2, 0)]
    [InlineData("one two", "", 1.0, 0, 0, 2)]
    [InlineData("", "one two", 2.0, 0, 2, 0)]
    [InlineData("...", "?!", 0.0, 0, 0, 0)]
    public void Words_are_compared_without_case_and_punctuation(
        string reference, string heard, double wer, int substitutions, int insertions, int deletions)
    {
        var agreement = TranscriptComparison.Of(reference, heard).Agreement;
        Assert.Equal(
            (wer, substitutions, insertions, deletions),
            (agreement.Wer, agreement.Substitutions, agreement.Insertions, agreement.Deletions));
    }

    [Theory]
    [InlineData("Don't worry, it’s 5-ish 'quoted'", "don't,worry,it's,5,ish,quoted")]
    [InlineData("Ärger 你好 x", "a\u0308rger,你好,x")]
    [InlineData("rock 'n' roll dogs' end", "rock,n,roll,dogs,end")]
    [InlineData("a\tb\nc – d—e", "a,b,c,d,e")]
    [InlineData("3.5 and 1,234.5, or 1,5", "3.5,and,1234.5,or,1,5")]
    [InlineData(" ", "")]
    public void An_apostrophe_inside_a_word_stays_and_all_other_punctuation_separates(string text, string words) =>
        Assert.Equal(words.Replace("or,1,5", "or,1;5"), string.Join(",", WordReader.Read(text).Select(word => word.Key.Replace(',', ';'))));

    [Fact]
    public void An_alignment_has_as_few_edits_as_the_definition_says()
    {
        var random = new Random(20261122);
        for (var n = 0; n < 2000; n++)
        {
            var (a, b) = (Tokens(random), Tokens(random));
            var path = EditAlignment.Align(a, b);
            Assert.Equal(Distance(a, b), path.Count(step => step.Edit != Edit.Equal));
            Assert.Equal(Distance(a, b), EditAlignment.Distance(a, b));
            Assert.Equal(b.Length - a.Length, path.Count(step => step.Edit == Edit.Insert) - path.Count(step => step.Edit == Edit.Delete));
        }
    }

    [Fact]
    public void A_part_that_is_missing_in_the_middle_of_a_long_text_is_found()
    {
        int[] whole = [.. Enumerable.Range(0, 5000)];
        int[] heard = [.. whole[..2000], .. whole[2100..]];
        Assert.Equal(100, EditAlignment.Align(whole, heard).Count(step => step.Edit != Edit.Equal));
        Assert.Equal(100, EditAlignment.Align(heard, whole).Count(step => step.Edit != Edit.Equal));
    }

    private static int[] Tokens(Random random) => [.. Enumerable.Range(0, random.Next(7)).Select(_ => random.Next(3))];

    // By definition: the last tokens are equal, or the last step is one of three edits.
    private static int Distance(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        if (a.IsEmpty || b.IsEmpty) return a.Length + b.Length;
        if (a[^1] == b[^1]) return Distance(a[..^1], b[..^1]);
        return 1 + Math.Min(Distance(a[..^1], b[..^1]), Math.Min(Distance(a[..^1], b), Distance(a, b[..^1])));
    }

    [Fact]
    public void Long_texts_are_aligned_in_linear_time()
    {
        var random = new Random(7);
        var words = Enumerable.Range(0, 10_000).Select(_ => $"w{random.Next(500)}").ToArray();
        var heard = words.ToArray();
        for (var i = 0; i < 100; i++) heard[random.Next(heard.Length)] = "other";
        var (one, other) = (string.Join(' ', words), string.Join(' ', heard));
        TranscriptComparison.Of(one, other);
        var clock = Stopwatch.StartNew();
        var agreement = TranscriptComparison.Of(one, other).Agreement;
        Assert.Equal(heard.Count(word => word == "other"), agreement.Substitutions + agreement.Insertions + agreement.Deletions);
        output.WriteLine($"10,000 words: {clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public void Any_text_can_be_compared()
    {
        // HEARING_PAIRS=10000: as many, up to a million characters each.
        var all = Environment.GetEnvironmentVariable("HEARING_PAIRS") is { } pairs ? int.Parse(pairs, CultureInfo.InvariantCulture) : 0;
        var (random, clock, characters) = (new Random(11), Stopwatch.StartNew(), 0L);
        for (var n = 0; n < Math.Max(40, all); n++)
        {
            var (one, other) = (Text(random, all > 0 ? 6 : 4.5), Text(random, all > 0 ? 6 : 4.5));
            var agreement = TranscriptComparison.Of(one, other).Agreement;
            Assert.True(agreement.Wer >= 0 && agreement.Cer >= 0);
            if (all == 0) Assert.Equal(agreement.Wer, TranscriptComparison.WordErrorRate(one, other));
            characters += one.Length + other.Length;
        }
        output.WriteLine($"{characters} characters, {clock.ElapsedMilliseconds} ms");
    }

    private static string Text(Random random, double digits)
    {
        var length = (int)Math.Pow(10, random.NextDouble() * digits);
        var text = new StringBuilder(length);
        var kind = random.Next(5);
        while (text.Length < length)
        {
            text.Append(kind switch
            {
                0 => (char)random.Next(0x10000),
                1 => "ab  c"[random.Next(5)],
                2 => (char)random.Next(0x300, 0x370),
                3 => (char)random.Next(0x4E00, 0x9FFF),
                _ => random.Next(6) == 0 ? ' ' : (char)random.Next(0x61, 0x7B),
            });
        }
        return text.ToString();
    }
}
