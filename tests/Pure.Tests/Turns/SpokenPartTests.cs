using System.Globalization;
using RealtimeAkka.Actors.Turns;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

public class SpokenPartTests
{
    [Theory]
    [InlineData("one two three four", 0, "")]
    [InlineData("one two three four", 0.1, "")]
    [InlineData("one two three four", 0.3, "one")]
    [InlineData("one two three four", 0.4, "one two")]
    [InlineData("one two three four", 0.99, "one two three")]
    [InlineData("one two three four", 1, "one two three four")]
    [InlineData("one two three four", 2, "one two three four")]
    [InlineData("one\ntwo", 0.5, "one")]
    [InlineData("Hello.", 0.9, "")]
    [InlineData("", 0.5, "")]
    [InlineData("宋朝末年年间定居粉岭围", 0.5, "宋朝末年年")]
    [InlineData("สวัสดีครับ", 0.55, "สวัส")]
    [InlineData("𠮷𠮷𠮷𠮷", 0.4, "𠮷")]
    public void Whole_words_are_kept_or_whole_characters(string text, double share, string spoken) =>
        Assert.Equal(spoken, SpokenPart.Of(text, share * Seconds(2), Seconds(2)));

    [Fact]
    public void No_part_cuts_a_character_and_more_time_never_tells_less()
    {
        const string text = "Grüße, 世界! สวัสดีครับ 👩‍👩‍👧 and thank you for calling.";
        var before = "";
        for (var ms = 0; ms <= 1000; ms += 7)
        {
            var part = SpokenPart.Of(text, Ms(ms), Ms(1000));
            Assert.StartsWith(before, part, StringComparison.Ordinal);
            Assert.StartsWith(part, text, StringComparison.Ordinal);
            Assert.Equal(part, string.Concat(StringInfo.ParseCombiningCharacters(part).Select((at, i) =>
                StringInfo.GetNextTextElement(part, at))));
            before = part;
        }
    }

    [Fact]
    public void A_heard_time_without_a_length_is_all_of_it() => Assert.Equal("Hello.", SpokenPart.Of("Hello.", default, default));
}
