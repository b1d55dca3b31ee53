using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Turns;

public class WordAgreementTests
{
    [Theory]
    [InlineData("Hello.", "Hello", 0.0, 0, 0, 0)]
    [InlineData("I am RICHARD CARL, thanks!", "i am richard carl thanks", 0.0, 0, 0, 0)]
    [InlineData("one two three four", "one too three", 0.5, 1, 0, 1)]
    [InlineData("one", "one two three", 2.0, 0, 2, 0)]
    [InlineData("one two", "", 1.0, 0, 0, 2)]
    [InlineData("", "one two", 2.0, 0, 2, 0)]
    [InlineData("", "", 0.0, 0, 0, 0)]
    [InlineData("...", "?!", 0.0, 0, 0, 0)]
    public void Words_are_compared_after_case_and_punctuation_are_gone(
    string reference, string heard, double wer, int substitutions, int insertions, int deletions) =>
        Assert.Equal(new Agreement(wer, substitutions, insertions, deletions), WordAgreement.Compare(reference, heard));

    [Theory]
    [InlineData("Don't worry, it’s 5-ish 'quoted'", "don't,worry,it's,5,ish,quoted")]
    [InlineData("naïve Ärger 你好 x", "naïve,ärger,你好,x")]
    [InlineData("rock 'n' roll dogs' end", "rock,n,roll,dogs,end")]
    [InlineData("a\tb\nc – d—e", "a,b,c,d,e")]
    [InlineData(" ", "")]
    public void An_apostrophe_inside_a_word_stays_and_all_other_punctuation_separates(string text, string words) =>
        Assert.Equal(words, string.Join(",", WordAgreement.Words(text)));

    [Fact]
    public void It_agrees_with_the_definition_on_random_short_texts()
    {
        var random = new Random(20261122);
        for (var n = 0; n < 2000; n++)
        {
            var (a, b) = (Text(random), Text(random));
            var agreement = WordAgreement.Compare(string.Join(' ', a), string.Join(' ', b))!;
            var edits = agreement.Substitutions + agreement.Insertions + agreement.Deletions;

            Assert.Equal(Distance(a, b), edits);
            Assert.Equal(b.Length - a.Length, agreement.Insertions - agreement.Deletions);
            Assert.Equal(edits == 0 ? 0 : (double)edits / Math.Max(1, a.Length), agreement.Wer);
        }
    }

    [Fact]
    public void A_text_too_tooLongto_compare_has_no_agreement()
    {
        var tooLong = string.Join(' ', Enumerable.Repeat("word", 4001));
        Assert.Null(WordAgreement.Compare(tooLong, "word"));
        Assert.Null(WordAgreement.Compare("word", tooLong));
    }

    private static string[] Text(Random random) => [.. Enumerable.Range(0, random.Next(7)).Select(_ => "abc"[random.Next(3)].ToString())];

    // By definition: the last words are equal, or the last step is one of three edits.
    private static int Distance(ReadOnlySpan<string> a, ReadOnlySpan<string> b)
    {
        if (a.IsEmpty || b.IsEmpty) return a.Length + b.Length;
        if (a[^1] == b[^1]) return Distance(a[..^1], b[..^1]);
        return 1 + Math.Min(Distance(a[..^1], b[..^1]), Math.Min(Distance(a[..^1], b), Distance(a, b[..^1])));
    }
}
