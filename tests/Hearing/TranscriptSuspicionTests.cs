using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing.Tests;

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
        Assert.Empty(TranscriptSuspicion.Flags(new(failed, Asr(""), null, null, ["User: x"], ""), HearingSettings.Default));
    }

    [Fact]
    public void A_megabyte_of_text_is_looked_at_in_no_time() =>
    Assert.Equal("too_many_words,loop", Flags(string.Concat(Enumerable.Repeat("word ", 200_000)), asr: "hello", said: [new string('a', 2000)]));

    internal static OutOfBandTranscript Oob(string text) => new(ResultStatus.Completed, text, null, "full", 1, null, null, 0, null);

    private static AsrTranscript Asr(string text) =>
        new(text.Length == 0 ? ResultStatus.Empty : ResultStatus.Completed, text.Length == 0 ? null : text, "asr", null, null, 0, null);

    [Theory]
    [InlineData("Thank you for watching!", "", 0.3, "asr_phantom")]
    [InlineData("ご視聴ありがとうございました", "", 0.3, "asr_phantom")]
    [InlineData("Untertitel der Amara.org-Community", "Untertitel der Amara.org-Community", 0.3, "phantom,asr_phantom")]
    [InlineData("Thank you for watching. Thank you for watching.", "", 0.3, "asr_phantom")]
    [InlineData("Thank you.", "", 0.3, "asr_phantom")]
    [InlineData("Thank you.", "Thank you.", 0.3, "")]
    [InlineData("Thank you.", "Thank you.", 0.001, "no_speech_energy,phantom,asr_no_speech_energy,asr_phantom")]
    [InlineData("Thank you for watching the house.", "", 0.3, "")]
    [InlineData("no no no no no no no no no no no no", "no", 0.3, "asr_loop")]
    [InlineData("no no no no no no no no no no no no", "no no no no no no no no no no no no", 0.3, "")]
    [InlineData("I want to go I want to go I want to go I want to go I want to go", "I want to go", 0.3, "asr_loop")]
    [InlineData("Names that may be said are Whitlock and Calder.", "Hello.", 0.3, "asr_prompt_leak")]
    public void The_transcription_model_is_watched_like_the_Realtime_model(string asr, string oob, double loudest, string flags)
    {
        var settings = HearingSettings.Default with
        {
            AsrPrompt = "A call. Names that may be said are Whitlock and Calder.",
            Phantoms = new([new("Thank you for watching"), new("Untertitel der Amara.org-Community"), new("ご視聴ありがとうございました"),
                new("Thank you", IsWeak: true)]),
        };
        var turn = new Witnesses(oob.Length == 0 ? Oob(oob) with { Status = ResultStatus.Empty, Text = null } : Oob(oob), Asr(asr),
            TimeSpan.FromSeconds(10), loudest, [], "Transcribe.");
        Assert.Equal(flags, string.Join(',', TranscriptSuspicion.Flags(turn, settings)));
    }

    private static string Flags(string text, string asr = "", double loudest = 0.3, int ms = 10_000, string[]? said = null) =>
        string.Join(',', TranscriptSuspicion.Flags(
            new(Oob(text), Asr(asr), TimeSpan.FromMilliseconds(ms), loudest, said ?? [], ""), HearingSettings.Default)
            .Where(flag => !TranscriptSuspicion.IsOfAsr(flag)));
}
