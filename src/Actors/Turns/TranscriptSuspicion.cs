using System.Text.RegularExpressions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Turns;

/// <summary>What is done about a transcript of the model's that looks made up.</summary>
public enum OnSuspect
{
    /// <summary>It is flagged.</summary>
    Flag,
    /// <summary>It is flagged, and asked for once more before the turn is told.</summary>
    Retry,
    /// <summary>It is flagged, and the built-in transcript counts, where there is one.</summary>
    PreferAsr,
}

/// <summary>
/// Signs that the model did not write down what it heard: it is the same model that answers, and it likes to be helpful. Each is
/// a flag on the turn; none of them changes the text.
/// </summary>
public static partial class TranscriptSuspicion
{
    /// <summary>Words, but nothing that could have been heard.</summary>
    public const string NoSpeechEnergy = "no_speech_energy";

    /// <summary>More words than anybody says in that time.</summary>
    public const string TooManyWords = "too_many_words";

    /// <summary>The assistant's own words: answered instead of transcribed.</summary>
    public const string LikeAssistant = "like_assistant";

    /// <summary>A label, quotation marks or a fence around the words.</summary>
    public const string Labelled = "labelled";

    /// <summary>Not the language that the ASR heard.</summary>
    public const string LanguageDiffers = "language_differs";

    // About -50 dBFS in the loudest 100 ms: below any speech that a microphone takes up.
    private const double LeastSpeech = 0.003;

    // The fastest talkers manage some six words a second; short turns get a few for nothing.
    private const double WordsPerSecond = 6;
    private const int WordsForNothing = 5;

    // "Thank you" is said by both sides; four words in a row with one in five different are not a coincidence.
    private const int LeastWords = 4;
    private const double MostDifferent = 0.2;

    /// <summary>The flags of a transcript. <paramref name="said"/> is what the assistant said last, before and after the turn.</summary>
    public static IEnumerable<string> Flags(OutOfBandTranscript oob, AsrTranscript asr, Speech? speech, IEnumerable<string> said)
    {
        if (oob is not { Status: ResultStatus.Completed, Text: { } text }) yield break;
        var words = WordAgreement.Words(text);

        if (words.Count > 0 && speech?.Loudest < LeastSpeech) yield return NoSpeechEnergy;
        if (speech is { EndMs: not null } heard && words.Count > WordsForNothing + WordsPerSecond * heard.Length.TotalSeconds) yield return TooManyWords;
        // Where the ASR heard the same, the caller said it: people repeat what they are told.
        if (words.Count >= LeastWords && said.Any(answer => AreClose(answer, text)) && !(asr.Text is { } other && AreClose(other, text))) yield return LikeAssistant;
        if (Label().IsMatch(text) || Wrapped().IsMatch(text)) yield return Labelled;
        if (asr.Text is { } heardByAsr && SpokenLanguage.Differ(heardByAsr, text)) yield return LanguageDiffers;
    }

    /// <summary>Whether a turn's flag is one of these.</summary>
    public static bool IsSuspicion(string flag) => flag is NoSpeechEnergy or TooManyWords or LikeAssistant or Labelled or LanguageDiffers;

    private static bool AreClose(string reference, string text) => WordAgreement.Compare(reference, text) is { Wer: <= MostDifferent };

    [GeneratedRegex(@"^\s*[*_#>]*\s*(?:(?:the\s+)?(?:user|caller|customer|speaker|human|assistant|agent)(?:\s*\d+)?(?:\s+(?:says?|said))?|(?:verbatim\s+)?transcript(?:ion)?(?:\s+of\s+[^:\n]{1,60})?|here(?:'s|\s+is)[^:\n]{1,60})\s*[*_]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex("^\\s*(?:\"[^\"]+\"|\u201c[^\u201d]+\u201d|\u201e[^\u201c\u201d]+[\u201c\u201d]|\u00ab[^\u00bb]+\u00bb|```[\\s\\S]*```|`[^`]+`|'[^']+')\\s*$")]
    private static partial Regex Wrapped();
}
