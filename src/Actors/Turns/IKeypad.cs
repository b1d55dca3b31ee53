namespace RealtimeAkka.Actors.Turns;

/// <summary>The keys of a caller's telephone.</summary>
public interface IKeypad
{
    /// <summary>Calls <paramref name="pressed"/> for each key from now on: 0 to 9, A to D, * or #.</summary>
    void Listen(Action<char> pressed);
}
