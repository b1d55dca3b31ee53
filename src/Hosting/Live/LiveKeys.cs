using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Hosting.Live;

/// <summary>What a key of the live view does.</summary>
public enum LiveKey
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Mutes or unmutes the microphone.</summary>
    Mute,
    /// <summary>Uses the next microphone.</summary>
    Device,
    /// <summary>Ends the session in good order.</summary>
    End,
    /// <summary>Explains the keys, or no longer.</summary>
    Help,
    /// <summary>Ends a turn.</summary>
    Talk,
}

/// <summary>
/// Reads keys without Enter and without showing them. Enter is the key of push to talk. The thread waits in the terminal until the end of
/// the process.
/// </summary>
public sealed class LiveKeys : IPushToTalkKey
{
    private readonly SemaphoreSlim _enter = new(0, 1); // presses beyond one that nobody has asked for are one
    private volatile bool _isOver;

    /// <summary>What a key does.</summary>
    public static LiveKey Of(ConsoleKeyInfo key) => key switch
    {
        { Modifiers: var held } when held.HasFlag(ConsoleModifiers.Control) || held.HasFlag(ConsoleModifiers.Alt) => LiveKey.None,
        { Key: ConsoleKey.Enter } or { KeyChar: '\r' or '\n' } => LiveKey.Talk,
        { KeyChar: 'm' or 'M' } => LiveKey.Mute,
        { KeyChar: 'd' or 'D' } => LiveKey.Device,
        { KeyChar: 'e' or 'E' or 'q' or 'Q' } => LiveKey.End,
        { KeyChar: '?' or 'h' } => LiveKey.Help,
        _ => LiveKey.None,
    };

    /// <summary>Calls <paramref name="pressed"/> for each key, from a thread of its own.</summary>
    public void Start(Action<LiveKey> pressed) => new Thread(() => Read(pressed)) { IsBackground = true, Name = "keys" }.Start();

    /// <inheritdoc/>
    public async Task<bool> PressedAsync()
    {
        await _enter.WaitAsync().ConfigureAwait(false);
        return !_isOver;
    }

    private void Read(Action<LiveKey> pressed)
    {
        try
        {
            while (Console.ReadKey(intercept: true) is var key && key != default)
            {
                var means = Of(key);
                if (means == LiveKey.Talk) Press();
                else if (means != LiveKey.None) pressed(means);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The terminal is gone.
        }
        _isOver = true;
        Press();
    }

    private void Press()
    {
        if (_enter.CurrentCount == 0) _enter.Release();
    }
}
