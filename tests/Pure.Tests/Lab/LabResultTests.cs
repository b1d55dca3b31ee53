using RealtimeAkka.Lab;

namespace RealtimeAkka.Pure.Tests.Lab;

public class LabResultTests
{
    [Theory]
    [InlineData("My number is 415.", "My number is four one five.", "415", true)]
    [InlineData("My number is four one five.", "my number is 415", "four one five", true)]
    [InlineData("My number is 415.", "My number is 451.", "415", false)]
    [InlineData("I paid $250 today.", "I paid two hundred and fifty dollars today.", "$250", true)]
    [InlineData("I paid $250 today.", "I paid two hundred and fifteen dollars today.", "$250", false)]
    [InlineData("This is Dana Whitlock.", "this is dana whitlock", "Dana Whitlock", true)]
    [InlineData("This is Dana Whitlock.", "this is Dana Whitlok", "Dana Whitlock", false)]
    [InlineData("W-H-I-T-L-O-C-K.", "W H I T L O C K", "W-H-I-T-L-O-C-K", true)]
    [InlineData("W-H-I-T-L-O-C-K.", "W H I T L O C", "W-H-I-T-L-O-C-K", false)]
    [InlineData("Write to dana@example.com.", "Write to dana@example.com", "dana@example.com", true)]
    [InlineData("Write to dana@example.com.", "Write to dana@example.org", "dana@example.com", false)]
    [InlineData("On March 3, 2026.", "On 2026-03-03.", "March 3, 2026", true)]
    [InlineData("On March 3, 2026.", "On 2026-03-04.", "March 3, 2026", false)]
    [InlineData("My number is 415.", "My number is 4 um 1 5.", "415", false)]
    [InlineData("The code is four one five.", "The code is 415.", "415", true)]
    public void An_entity_is_right_in_whatever_notation(string reference, string text, string entity, bool isRight) =>
        Assert.Equal(new LabEntity(entity, isRight), Assert.Single(Answers.Measure(reference, text, entity).Entities));

    [Fact]
    public void A_name_that_is_said_twice_is_looked_for_twice()
    {
        var result = Answers.Measure("Ann called and Ann wrote", "Ann called and Anna wrote", "Ann", "Ann");
        Assert.Equal([true, false], result.Entities.Select(entity => entity.IsRight));
        Assert.Equal((1, 1), (result.Right, result.Wrong));
    }

    [Fact]
    public void Words_are_counted_against_the_reference()
    {
        var result = Answers.Measure("one two three four", "one too three four five");
        Assert.Equal((2, 4, 0.5), (result.Edits, result.Units, result.Wer));
    }

    [Fact]
    public void Characters_are_counted_by_grapheme_cluster()
    {
        var result = Answers.Measure("abcd", "abed");
        Assert.Equal((1, 4), (result.CharacterEdits, result.Characters));
    }

    [Theory]
    [InlineData("Hello there.", " Hello there. ", true)]
    [InlineData("Hello there.", "Hello there", false)]
    [InlineData("Hello there.", "hello there.", false)]
    public void Exact_is_to_the_letter_apart_from_blanks_at_the_ends(string reference, string text, bool isExact) =>
        Assert.Equal(isExact, Answers.Measure(reference, text).IsExact);

    [Theory]
    [InlineData("", "Hello?", true, false)]
    [InlineData("", "", false, false)]
    [InlineData("", " ... ", false, false)]
    [InlineData("I am calling about my car.", "Thank you for watching!", true, false)]
    [InlineData("Thank you.", "Thank you!", false, false)]
    [InlineData("Thank you for watching.", "Thank you for watching!", false, false)]
    [InlineData("Hello.", "", false, true)]
    [InlineData("Hello.", "Hello.", false, false)]
    public void Words_that_nobody_said_and_words_that_are_missing_are_told_apart(
        string reference, string text, bool isHallucinated, bool isEmpty)
    {
        var result = Answers.Measure(reference, text);
        Assert.Equal((isHallucinated, isEmpty), (result.IsHallucinated, result.IsEmpty));
    }

    [Fact]
    public void Without_a_transcript_nothing_is_measured()
    {
        var result = Answers.Measure("Hello 415", null, "415");
        Assert.Equal((true, null, null, 0, false), (result.IsMissing, result.Wer, result.Cer, result.Entities.Length, result.IsExact));
    }

    [Fact]
    public void Chinese_is_measured_by_character()
    {
        var turn = Answers.Turn("我的车库窗户碎了", 1, "zh", "窗户");
        var result = LabResult.Of(Answers.Of("a", turn, "我的车库窗户破了"), Answers.Shipped);
        Assert.Equal((1, 8), (result.Edits, result.Units));
        Assert.Equal(new LabEntity("窗户", true), Assert.Single(result.Entities));
    }
}
