using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hearing;

/// <summary>
/// Signs that a witness did not write down what it heard: the Realtime model also answers and tends to be helpful, and both models write
/// sentences of their training where there is only noise. Each sign is a flag on the turn; those of the ASR begin with <c>asr_</c>.
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

    /// <summary>A sentence that is known to be written where nobody speaks.</summary>
    public const string IsPhantom = "phantom";

    /// <summary>The same few words again and again.</summary>
    public const string Loop = "loop";

    /// <summary>Words of the prompt that the witness was given.</summary>
    public const string PromptLeak = "prompt_leak";

    private const string OfAsr = "asr_";

    // The fastest speakers reach about six words per second; short turns get a few extra. A character of Chinese or Japanese is less.
    private const double WordsPerSecond = 6, GraphemesPerSecond = 14;
    private const int WordsForNothing = 5;

    // Both sides say "Thank you"; four words in a row with at most one in five different are no coincidence.
    private const int MinWords = 4;

    /// <summary>The word error rate up to which two witnesses heard the same.</summary>
    public const double MaxDifferent = 0.2;

    // So many words of a prompt in a row are no coincidence either.
    private const int MinLeaked = 6;

    // Nobody says up to eight words five times in a row, over most of a turn of at least ten words.
    private const int MaxLoop = 8, MinRepeats = 5, MinLooped = 10;
    private const double MinLoopShare = 0.6;

    private const int MaxText = 20_000;

    private static Tuple<string, HashSet<string>>? s_prompt; // the one that was looked for last

    private static readonly HashSet<string> All =
        [NoSpeechEnergy, TooManyWords, LikeAssistant, Labelled, LanguageDiffers, IsPhantom, Loop, PromptLeak];

    private static readonly HashSet<string> Invented = [NoSpeechEnergy, IsPhantom, Loop, PromptLeak];

    /// <summary>Whether a turn's flag is one of those above.</summary>
    public static bool IsSuspicion(string flag) => All.Contains(WithoutWitness(flag));

    /// <summary>Whether a flag is about the ASR's transcript.</summary>
    public static bool IsOfAsr(string flag) => flag.StartsWith(OfAsr, StringComparison.Ordinal) && IsSuspicion(flag);

    /// <summary>Whether a flag says that the words were made up, not only that they are odd.</summary>
    public static bool IsInvented(string flag) => Invented.Contains(WithoutWitness(flag));

    /// <summary>Whether a flag says that nobody spoke loudly enough.</summary>
    public static bool IsSilence(string flag) => WithoutWitness(flag) == NoSpeechEnergy;

    /// <summary>The flags of the model's transcript, then those of the ASR's.</summary>
    public static List<string> Flags(Witnesses turn, HearingSettings settings)
    {
        var flags = new List<string>();
        var (oob, asr) = (turn.OobText, turn.AsrText);
        if (oob is not null)
        {
            var words = WordReader.Read(Start(oob));
            AddOfEither(flags, "", oob, words, asr, turn.IsAsrEmpty, turn, settings, turn.Prompt);
            // If the ASR transcript agrees, the user did say it: people repeat what they hear.
            if (words.Count >= MinWords && IsSaid(oob, turn.Said) && !AreClose(oob, asr)) flags.Add(LikeAssistant);
            if (Label().IsMatch(oob) || Wrapped().IsMatch(oob)) flags.Add(Labelled);
            if (asr is not null && LanguageDetector.AreDifferent(asr, oob)) flags.Add(LanguageDiffers);
        }
        if (asr is not null)
            AddOfEither(flags, OfAsr, asr, WordReader.Read(Start(asr)), oob, turn.IsOobEmpty, turn, settings, settings.AsrPrompt);
        return flags;
    }

    private static bool IsSaid(string text, IReadOnlyList<string> answers)
    {
        for (var i = 0; i < answers.Count; i++)
        {
            if (AreClose(answers[i], text)) return true;
        }
        return false;
    }

    // other: the other witness's text; isOtherEmpty: it heard nothing.
    private static void AddOfEither(
        List<string> flags, string witness, string text, List<Word> words, string? other, bool isOtherEmpty, Witnesses turn,
        HearingSettings settings, string? prompt)
    {
        var isSilent = turn.Loudest < Pcm.SilenceRms;
        if (words.Count > 0 && isSilent) flags.Add(witness + NoSpeechEnergy);
        if (turn.Length is { } length && IsTooMuch(text, words.Count, length)) flags.Add(witness + TooManyWords);
        if (settings.Phantoms.IsWeak(text) is { } isWeak && (!isWeak || isSilent || isOtherEmpty)) flags.Add(witness + IsPhantom);
        if (IsLoop(words) && !AreClose(text, other)) flags.Add(witness + Loop);
        if (prompt is not null && Leaks(words, prompt, other)) flags.Add(witness + PromptLeak);
    }

    private static bool IsTooMuch(string text, int words, TimeSpan length)
    {
        var graphemes = 0;
        foreach (var rune in text.EnumerateRunes()) graphemes += Scripts.IsWrittenWithoutSpaces(rune.Value) ? 1 : 0;
        return graphemes > words
            ? graphemes > 2 * WordsForNothing + GraphemesPerSecond * length.TotalSeconds
            : words > WordsForNothing + WordsPerSecond * length.TotalSeconds;
    }

    private static bool IsLoop(List<Word> words)
    {
        if (words.Count < MinLooped) return false;
        for (var size = 1; size <= MaxLoop; size++)
        {
            // Words that equal the one so many places before, in a row: a run of n is n / size + 1 repeats.
            var run = 0;
            for (var i = size; i < words.Count; i++)
            {
                run = words[i].Key == words[i - size].Key ? run + 1 : 0;
                if (run >= size * (MinRepeats - 1) && run + size >= MinLoopShare * words.Count) return true;
            }
        }
        return false;
    }

    private static bool Leaks(List<Word> words, string prompt, string? other)
    {
        if (words.Count < MinLeaked) return false;
        var known = RunsOf(prompt);
        HashSet<string>? heard = null;
        for (var i = 0; i + MinLeaked <= words.Count; i++)
        {
            if (Contains(known, words, i) && !Contains(heard ??= Runs(WordReader.Read(Start(other ?? ""))), words, i)) return true;
        }
        return false;
    }

    // No run of a turn is in the prompt, as a rule, and is made into a string for nothing.
    private static bool Contains(HashSet<string> runs, List<Word> words, int at)
    {
        var run = new DefaultInterpolatedStringHandler(0, 0, null, stackalloc char[256]);
        for (var i = at; i < at + MinLeaked; i++)
        {
            if (i > at) run.AppendLiteral(" ");
            run.AppendLiteral(words[i].Key);
        }
        var isKnown = runs.GetAlternateLookup<ReadOnlySpan<char>>().Contains(run.Text);
        run.Clear();
        return isKnown;
    }

    // A session has one prompt, and the sessions of a process mostly the same one.
    private static HashSet<string> RunsOf(string prompt)
    {
        if (s_prompt is var (known, runs) && ReferenceEquals(known, prompt)) return runs;
        runs = Runs(WordReader.Read(prompt));
        s_prompt = new(prompt, runs);
        return runs;
    }

    private static HashSet<string> Runs(List<Word> words)
    {
        var runs = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + MinLeaked <= words.Count; i++) runs.Add(Run(words, i));
        return runs;
    }

    private static string Run(List<Word> words, int at) => string.Join(
        ' ', words[at].Key, words[at + 1].Key, words[at + 2].Key, words[at + 3].Key, words[at + 4].Key, words[at + 5].Key);

    private static bool AreClose(string reference, string? text) =>
        text is not null && TranscriptComparison.WordErrorRate(Start(reference), Start(text)) <= MaxDifferent;

    private static string Start(string text) => text.Length <= MaxText ? text : text[..MaxText];

    private static string WithoutWitness(string flag) => flag.StartsWith(OfAsr, StringComparison.Ordinal) ? flag[OfAsr.Length..] : flag;

    [GeneratedRegex(@"^\s*[*_#>]*\s*(?:(?:the\s+)?(?:user|caller|customer|speaker|human|assistant|agent)(?:\s*\d+)?(?:\s+(?:says?|said))?|(?:verbatim\s+)?transcript(?:ion)?(?:\s+of\s+[^:\n]{1,60})?|here(?:'s|\s+is)[^:\n]{1,60})\s*[*_]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex("^\\s*(?:\"[^\"]+\"|\u201c[^\u201d]+\u201d|\u201e[^\u201c\u201d]+[\u201c\u201d]|\u00ab[^\u00bb]+\u00bb|```[\\s\\S]*```|`[^`]+`|'[^']+')\\s*$")]
    private static partial Regex Wrapped();
}
