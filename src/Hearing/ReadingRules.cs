namespace RealtimeAkka.Hearing;

/// <summary>By which languages' rules the words of a text are read.</summary>
/// <param name="IsTurkic">I is the capital of ı.</param>
/// <param name="IsEnglish">Number words are digits.</param>
public readonly record struct ReadingRules(bool IsTurkic, bool IsEnglish)
{
    /// <summary>The rules for texts that are compared; <paramref name="language"/>: the session's, null: not known.</summary>
    public static ReadingRules Of(string? language, string one, string other = "") =>
        new(UnicodeFolding.IsTurkic(language, one, other), English.IsSpoken(language, one, other));

    /// <summary>The words of a text. The list may be shared: it is not to be changed.</summary>
    public List<Word> Read(string text) => RecentReadings.Find(text, this) ?? RecentReadings.Keep(text, this, IsEnglish
        ? English.Normalize((this with { IsEnglish = false }).Read(text), text) : WordReader.Words(text, IsTurkic));
}
