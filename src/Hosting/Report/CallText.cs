using System.Globalization;

namespace RealtimeAkka.Hosting.Report;

/// <summary>Figures and names of a call in words.</summary>
internal static class CallText
{
    /// <summary>What a flag of a turn means; null: a newer program's.</summary>
    public static string? Flag(string flag) => (flag.StartsWith("asr_", StringComparison.Ordinal) ? flag[4..] : flag) switch
    {
        "usage_without_audio" => "The server reported no audio tokens for this transcript: its cost is too low.",
        "partial_text" => "The model's transcript did not complete.",
        "transcribed_again" => "The model's transcript looked made up and was requested once more.",
        "preferred" => "The built-in transcript counts, because the model's looks made up.",
        "not_committed" => "The connection was lost before the server had the whole turn: nobody has transcribed it.",
        "no_speech_energy" => "Words, but no sound as loud as speech.",
        "too_many_words" => "More words than can be said in that time.",
        "phantom" => "A sentence that is known to be written where nobody speaks.",
        "loop" => "The same few words again and again.",
        "prompt_leak" => "Words of the prompt.",
        "like_assistant" => "The assistant's own words.",
        "labelled" => "A label or quotation marks around the words.",
        "language_differs" => "Another language than the other transcript's.",
        _ => null,
    };

    /// <summary>A flag as it is shown.</summary>
    public static string FlagName(string flag) => flag == "asr_preferred" ? "ASR preferred"
        : flag.StartsWith("asr_", StringComparison.Ordinal) ? $"ASR: {Plain(flag[4..])}" : Plain(flag);

    /// <summary>A name of the records without underscores.</summary>
    public static string Plain(string name) => name.Replace('_', ' ');

    /// <summary>US dollars, six places.</summary>
    public static string Usd(decimal usd) => "$" + usd.ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>US dollars with as many places as the amount needs.</summary>
    public static string ShortUsd(decimal usd) =>
        "$" + usd.ToString(usd == 0 ? "0" : usd < 0.001m ? "0.00000" : usd < 0.1m ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>Milliseconds below one second, seconds above.</summary>
    public static string Duration(double ms) => ms < 1000 ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{ms / 1000:0.00} s");

    /// <summary>The length of a call.</summary>
    public static string Length(long ms) => ms < 60_000 ? string.Create(CultureInfo.InvariantCulture, $"{ms / 1000.0:0.0} s")
        : ms < 3_600_000 ? $"{ms / 60_000} min {ms / 1000 % 60} s" : $"{ms / 3_600_000} h {ms / 60_000 % 60} min";

    /// <summary>A position in a call: minutes, seconds, tenths.</summary>
    public static string Position(long ms) =>
        string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000}:{ms / 1000 % 60:00}.{ms / 100 % 10}");

    /// <summary>A position on the axis: minutes and seconds, hours where there are any.</summary>
    public static string Tick(long ms) => ms < 3_600_000 ? string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000}:{ms / 1000 % 60:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{ms / 3_600_000}:{ms / 60_000 % 60:00}:{ms / 1000 % 60:00}");

    /// <summary>How many times as much.</summary>
    public static string Times(double times) => times.ToString(times < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + "×";
}
