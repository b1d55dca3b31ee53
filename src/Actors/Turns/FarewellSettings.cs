namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// How a call ends that the program ends. <c>IdlePrompts</c>: after so many prompts of the idle timeout that nobody has answered; null:
/// never. <c>Instructions</c>: of the assistant's last words; null: it says nothing.
/// </summary>
public sealed record FarewellSettings(int? IdlePrompts, string? Instructions)
{
    /// <summary>The program ends no call for silence.</summary>
    public static FarewellSettings None { get; } = new(null, null);
}
