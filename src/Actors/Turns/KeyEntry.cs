using System.Globalization;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// Keys of a telephone. <c>Timeout</c>: the pause after the last key that ends an entry; <c>IsSecret</c>: nobody is told which keys were
/// pressed, only how many.
/// </summary>
public sealed record KeySettings(TimeSpan Timeout, bool IsSecret)
{
    /// <summary>As configured by default.</summary>
    public static KeySettings Default { get; } = new(TimeSpan.FromSeconds(2), IsSecret: false);
}

/// <summary>The keys that a caller has pressed in a row; shows no key.</summary>
/// <param name="Text">What the model and the records are told.</param>
public sealed record KeyEntry(string Text)
{
    /// <summary>The entry of these keys.</summary>
    public static KeyEntry Of(string keys, bool isSecret) => new(
        !isSecret ? $"[keys pressed: {keys}]"
        : keys.Length == 1 ? "[1 digit was entered]" : string.Create(CultureInfo.InvariantCulture, $"[{keys.Length} digits were entered]"));

    /// <summary>Its text.</summary>
    public override string ToString() => Text;
}

/// <summary>
/// Collects keys to entries: one ends with <c>#</c>, after a pause, or when it is too long. An immutable value.
/// </summary>
public sealed record KeyCollector(KeySettings Settings)
{
    private const char Terminator = '#';

    // Card numbers have 19 digits.
    private const int MaxKeys = 32;

    private string Keys { get; init; } = "";

    /// <summary>No entry has begun.</summary>
    public bool IsEmpty => Keys.Length == 0;

    /// <summary>When the entry ends if no key follows; null: there is none.</summary>
    public TimeSpan? DueAt { get; private init; }

    /// <summary>A key was pressed. <c>Entry</c>: it ends an entry.</summary>
    public (KeyCollector Next, KeyEntry? Entry) Press(char key, TimeSpan now)
    {
        // Alone it is a key like the others.
        if (key == Terminator) return (IsEmpty ? this with { Keys = $"{key}" } : this).End();
        var next = this with { Keys = Keys + key, DueAt = now + Settings.Timeout };
        return next.Keys.Length < MaxKeys ? (next, null) : next.End();
    }

    /// <summary>What is due by now.</summary>
    public (KeyCollector Next, KeyEntry? Entry) OnTime(TimeSpan now) => DueAt <= now ? End() : (this, null);

    /// <summary>No key follows.</summary>
    public (KeyCollector Next, KeyEntry? Entry) End() =>
        IsEmpty ? (this, null) : (this with { Keys = "", DueAt = null }, KeyEntry.Of(Keys, Settings.IsSecret));

    /// <summary>Shows no key.</summary>
    public override string ToString() => $"{Keys.Length} keys";
}
