namespace RealtimeAkka.Actors.Stations;

/// <summary>A station failed twice on the same message, which it does not handle again.</summary>
/// <param name="message">The type of the message.</param>
/// <param name="isRecoverable">The content of the message is counted, reported or delivered again, so the station can go on.</param>
/// <param name="needsReconnect">A new connection delivers the content of the message again.</param>
/// <param name="cause">The second failure.</param>
public sealed class GivenUpException(string message, bool isRecoverable, bool needsReconnect, Exception cause)
    : Exception(cause.Message, cause)
{
    /// <summary>The type of the message.</summary>
    public string GivenUp { get; } = message;

    /// <summary>The content of the message is counted, reported or delivered again, so the station can go on.</summary>
    public bool IsRecoverable { get; } = isRecoverable;

    /// <summary>A new connection delivers the content of the message again.</summary>
    public bool NeedsReconnect { get; } = needsReconnect;
}
