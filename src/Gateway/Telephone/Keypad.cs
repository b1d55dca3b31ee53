using RealtimeAkka.Actors.Turns;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>The keys that a carrier reports.</summary>
internal sealed class Keypad : IKeypad
{
    private Action<char>? _pressed;

    /// <inheritdoc/>
    public void Listen(Action<char> pressed) => _pressed = pressed;

    /// <summary>The caller has pressed a key, once the session listens.</summary>
    public void Press(char key) => _pressed?.Invoke(key);
}
