namespace RealtimeAkka.TestSupport;

/// <summary>
/// The user's sentences, each at its position on the session's audio clock, independent of the connection and of the item ids on
/// it.
/// </summary>
internal sealed class Call
{
    private readonly Dictionary<string, int> _sentences = [];

    /// <summary>Number of sentences that reached any connection.</summary>
    public int Said { get; private set; }

    public static long StartMs(int sentence) => sentence * 1000L;

    public static long EndMs(int sentence) => sentence * 1000L + 600;

    /// <summary>The first sentence that starts at or after a position in ms.</summary>
    public int FirstFrom(long ms) => (int)Math.Max(1, (ms + 999) / 1000);

    /// <summary>Assigns an item id of a connection to a sentence.</summary>
    public string Item(string name, int sentence)
    {
        _sentences[name] = sentence;
        Said = Math.Max(Said, sentence);
        return name;
    }

    /// <summary>The sentence of an item; null for silence and for unknown items.</summary>
    public int? Sentence(string item) => _sentences.TryGetValue(item, out var sentence) ? sentence : null;

    public string Words(string item) => Sentence(item) is { } sentence ? $"words {sentence}" : "words of nobody";
}
