using System.Text.RegularExpressions;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Turns;

/// <summary>What to do about a model transcript that looks invented.</summary>
public enum SuspectPolicy
{
    /// <summary>Flag it.</summary>
    Flag,
    /// <summary>Flag it, and request it once more before the turn is published.</summary>
    Retry,
    /// <summary>Flag it, and use the built-in transcript if there is one.</summary>
    PreferAsr,
}

/// <summary>
/// Signs that the model did not transcribe what it heard: it is the model that also answers, and it tends to be helpful. Each
/// sign is a flag on the turn; none changes the text.
/// </summary>
public static partial class TranscriptSuspicion
{
    /// <summary>Words, but no audio loud enough to be speech.</summary>
    public const string NoSpeechEnergy = "no_speech_energy";

    /// <summary>More words than can be spoken in that time.</summary>
    public const string TooManyWords = "too_many_words";

    /// <summary>The assistant's own words: the model answered instead of transcribing.</summary>
    public const string LikeAssistant = "like_assistant";

    /// <summary>A label, quotation marks or a code fence around the words.</summary>
    public const string Labelled = "labelled";

    /// <summary>A different language than the ASR transcript.</summary>
    public const string LanguageDiffers = "language_differs";

    // The fastest speakers reach about six words per second; short turns get a few extra.
    private const double WordsPerSecond = 6;
    private const int WordsForNothing = 5;

    // Both sides say "Thank you"; four words in a row with at most one in five different are no coincidence.
    private const int MinWords = 4;
    private const double MaxDifferent = 0.2;

    /// <summary>The flags of a transcript. <paramref name="said"/>: the assistant's latest answers, before and after the turn.</summary>
    public static IEnumerable<string> Flags(OutOfBandTranscript oob, AsrTranscript asr, Speech? speech, IEnumerable<string> said)
    {
        if (oob is not { Status: ResultStatus.Completed, Text: { } text }) yield break;
        var words = WordAgreement.Words(text);

        if (words.Count > 0 && speech?.Loudest < Pcm.SilenceRms) yield return NoSpeechEnergy;
        if (speech is { EndMs: not null } heard && words.Count > WordsForNothing + WordsPerSecond * heard.Length.TotalSeconds)
            yield return TooManyWords;
        // If the ASR transcript agrees, the user did say it: people repeat what they hear.
        if (words.Count >= MinWords && said.Any(answer => AreClose(answer, text)) && !(asr.Text is { } other && AreClose(other, text)))
            yield return LikeAssistant;
        if (Label().IsMatch(text) || Wrapped().IsMatch(text)) yield return Labelled;
        if (asr.Text is { } heardByAsr && LanguageDetector.AreDifferent(heardByAsr, text)) yield return LanguageDiffers;
    }

    /// <summary>Whether a turn's flag is one of those above.</summary>
    public static bool IsSuspicion(string flag) => flag is NoSpeechEnergy or TooManyWords or LikeAssistant or Labelled or LanguageDiffers;

    private static bool AreClose(string reference, string text) => WordAgreement.Compare(reference, text) is { Wer: <= MaxDifferent };

    [GeneratedRegex(@"^\s*[*_#>]*\s*(?:(?:the\s+)?(?:user|caller|customer|speaker|human|assistant|agent)(?:\s*\d+)?(?:\s+(?:says?|said))?|(?:verbatim\s+)?transcript(?:ion)?(?:\s+of\s+[^:\n]{1,60})?|here(?:'s|\s+is)[^:\n]{1,60})\s*[*_]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex("^\\s*(?:\"[^\"]+\"|\u201c[^\u201d]+\u201d|\u201e[^\u201c\u201d]+[\u201c\u201d]|\u00ab[^\u00bb]+\u00bb|```[\\s\\S]*```|`[^`]+`|'[^']+')\\s*$")]
    private static partial Regex Wrapped();
}
