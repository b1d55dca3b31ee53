namespace RealtimeAkka.Bench.Load.Server;

/// <summary>Input tokens of a response, total and cached.</summary>
internal readonly record struct InputTokens(int Text, int Audio, int CachedText, int CachedAudio);

/// <summary>
/// The conversation's size in tokens, counted as the simulator does: user audio 1 per 100 ms, assistant audio 1 per 50 ms, text 1 per
/// four characters, 2 per item, the cache in blocks of 64. Only the latest answer is stored, since only it can be truncated.
/// </summary>
internal sealed class Context
{
    private const int PerItem = 2, CacheBlock = 64;

    private readonly (int Text, int Audio)[] _before = new (int, int)[2];
    private int _items, _userAudio, _answerAudio, _answerText;
    private string _answer = "";

    /// <summary>Item id of the latest answer; null before its first audio.</summary>
    public string? AnswerItem { get; private set; }

    /// <summary>Duration of the latest answer so far, in milliseconds.</summary>
    public int AnswerMs { get; private set; }

    /// <summary>Tokens of a text item or a transcript.</summary>
    public static int Said(string text) => text.Length == 0 ? 0 : Tokens(text.Length) + PerItem;

    /// <summary>Adds a committed turn of <paramref name="ms"/> milliseconds; returns its tokens.</summary>
    public int UserSpoke(long ms)
    {
        var tokens = (int)(ms / 100);
        _items++;
        _userAudio += tokens;
        return tokens;
    }

    public void Answering(string item, int ms) => (AnswerItem, AnswerMs) = (item, ms);

    public void Answered(string text, int ms)
    {
        if (ms == 0) return;
        _items++;
        _answer = text;
        _answerText += Tokens(text.Length);
        _answerAudio += Audio(ms);
    }

    public void Truncate(int ms)
    {
        _answerText -= Tokens(_answer.Length);
        _answerAudio -= Audio(AnswerMs) - Audio(ms);
        (_answer, AnswerMs) = ("", ms);
    }

    /// <summary>Input of a response, which updates the cache; out of band, answers count as text.</summary>
    public InputTokens Input(bool outOfBand, int instructions)
    {
        var text = Tokens(instructions) + PerItem * _items + (outOfBand ? _answerText : 0);
        var audio = _userAudio + (outOfBand ? 0 : _answerAudio);
        ref var before = ref _before[outOfBand ? 1 : 0];
        var cached = new InputTokens(text, audio, Cached(before.Text, text), outOfBand ? 0 : Cached(before.Audio, audio));
        before = (text, audio);
        return cached;
    }

    public static string Usage(InputTokens input, string said, int audioMs)
    {
        var (text, audio) = (Said(said), Audio(audioMs));
        var (read, written) = (input.Text + input.Audio, text + audio);
        return $$$$"""
            {"total_tokens":{{{{read + written}}}},"input_tokens":{{{{read}}}},"output_tokens":{{{{written}}}},"input_token_details":{"text_tokens":{{{{input.Text}}}},"audio_tokens":{{{{input.Audio}}}},"image_tokens":0,"cached_tokens":{{{{input.CachedText + input.CachedAudio}}}},"cached_tokens_details":{"text_tokens":{{{{input.CachedText}}}},"audio_tokens":{{{{input.CachedAudio}}}},"image_tokens":0}},"output_token_details":{"text_tokens":{{{{text}}}},"audio_tokens":{{{{audio}}}}}}
            """;
    }

    private static int Tokens(int characters) => (characters + 3) / 4;

    private static int Audio(int ms) => ms / 50;

    private static int Cached(int before, int now) => Math.Min(before, now) / CacheBlock * CacheBlock;
}
