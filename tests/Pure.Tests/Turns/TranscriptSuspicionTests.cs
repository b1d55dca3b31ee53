using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Turns;

public class TranscriptSuspicionTests
{
    [Theory]
    [InlineData("Hello there.", 0.3, "")]
    [InlineData("Hello there.", 0.003, "")]
    [InlineData("Hello there.", 0.0029, "no_speech_energy")]
    [InlineData("...", 0.0, "")]
    public void Words_without_sound_are_suspect(string text, double loudest, string flags) =>
    Assert.Equal(flags, Flags(text, loudest: loudest));

    [Theory]
    [InlineData("one two three four five six seven eight nine ten eleven", 1000, "")]
    [InlineData("one two three four five six seven eight nine ten eleven twelve", 1000, "too_many_words")]
    [InlineData("one two three four five", 0, "")]
    public void More_words_than_fit_into_the_time_are_suspect(string text, int ms, string flags) =>
    Assert.Equal(flags, Flags(text, ms: ms));

    [Theory]
    [InlineData("Thank you, Dana. What is your policy number?", "", "like_assistant")]
    [InlineData("thank you Dana what's your policy number", "", "")]
    [InlineData("thank you Dana what is the policy number", "", "like_assistant")]
    [InlineData("Thank you, Dana. What is your policy number?", "Thank you Dana, what is your policy number", "")]
    [InlineData("Thank you.", "", "")]
    [InlineData("My policy number is ABCD-1234.", "", "")]
    public void The_assistants_own_words_are_suspect_unless_the_ASR_heard_them_too(string text, string asr, string flags) =>
        Assert.Equal(flags, Flags(text, asr, said: ["Hello.", "Thank you, Dana. What is your policy number?"]));

    [Theory]
    [InlineData("User: Hello there.")]
    [InlineData("**User:** Hello there.")]
    [InlineData("Transcript: Hello there.")]
    [InlineData("Transcription of the latest turn: Hello there.")]
    [InlineData("The caller says: hello there.")]
    [InlineData("Here is the transcript: hello")]
    [InlineData("\"Hello there.\"")]
    [InlineData("“Hello there.”")]
    [InlineData("„Guten Tag.“")]
    [InlineData("```\nHello there.\n```")]
    public void Labels_and_quotation_marks_are_suspect(string text) => Assert.Equal("labelled", Flags(text));

    [Theory]
    [InlineData("I told the user: stop.")]
    [InlineData("He said \"stop\" and \"go\".")]
    [InlineData("My number is: 7.")]
    [InlineData("It's mine")]
    public void Quotation_marks_and_colons_inside_of_a_sentence_are_not(string text) => Assert.Equal("", Flags(text));

    [Theory]
    [InlineData("The window of my garage is broken and it was the tree", "Das Fenster der Garage ist kaputt und es war der Baum",
    "language_differs")]
    [InlineData("The window of my garage is broken and it was the tree", "The window of the garage was broken and it is a tree", "")]
    [InlineData("Привет, как дела", "Hello, how are you", "language_differs")]
    [InlineData("你好吗", "Hello", "language_differs")]
    [InlineData("ABCD-1234", "a b c d 1 2 3 4", "")]
    [InlineData("日本語です", "日本", "")]
    [InlineData("Ja.", "Yes.", "")]
    public void Another_language_than_the_ASR_heard_is_suspect(string text, string asr, string flags) =>
    Assert.Equal(flags, Flags(text, asr));

    [Fact]
    public void What_is_no_transcript_is_not_suspect()
    {
        var failed = Oob("User: x") with { Status = ResultStatus.Failed };
        Assert.Empty(TranscriptSuspicion.Flags(failed, Asr(""), null, ["User: x"]));
    }

    [Fact]
    public void A_megabyte_of_text_is_looked_at_in_no_time() =>
    Assert.Equal("too_many_words", Flags(string.Concat(Enumerable.Repeat("word ", 200_000)), asr: "hello", said: [new string('a', 2000)]));

    internal static OutOfBandTranscript Oob(string text) => new(ResultStatus.Completed, text, null, "full", 1, null, null, 0, null);

    private static AsrTranscript Asr(string text) =>
        new(text.Length == 0 ? ResultStatus.Empty : ResultStatus.Completed, text.Length == 0 ? null : text, "asr", null, null, 0, null);

    private static string Flags(string text, string asr = "", double loudest = 0.3, int ms = 10_000, string[]? said = null) =>
        string.Join(',', TranscriptSuspicion.Flags(Oob(text), Asr(asr), new Speech(0, ms) { Loudest = loudest }, said ?? []));
}
