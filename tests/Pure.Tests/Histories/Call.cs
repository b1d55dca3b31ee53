namespace RealtimeAkka.Pure.Tests.Histories;

/// <summary>
/// What the user says, sentence after sentence, each at its place on the session's sound clock, whichever connection hears it and under
/// whatever name.
/// </summary>
internal sealed class Call
{
    private readonly Dictionary<string, int> _sentences = [];

    /// <summary>Sentences that some connection has heard.</summary>
    public int Said { get; private set; }

    public static long StartMs(int sentence) => sentence * 1000L;

    public static long EndMs(int sentence) => sentence * 1000L + 600;

    /// <summary>The first sentence that begins at or after a place.</summary>
    public int FirstFrom(long ms) => (int)Math.Max(1, (ms + 999) / 1000);

    /// <summary>A connection gives a sentence a name.</summary>
    public string Item(string name, int sentence)
    {
        _sentences[name] = sentence;
        Said = Math.Max(Said, sentence);
        return name;
    }

    /// <summary>The sentence that an item is; null for silence, and for strangers.</summary>
    public int? Sentence(string item) => _sentences.TryGetValue(item, out var sentence) ? sentence : null;

    public string Words(string item) => Sentence(item) is { } sentence ? $"words {sentence}" : "words of nobody";
}
