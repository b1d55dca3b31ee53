using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// The socket station. <c>Window</c>: maximum frames in flight; <c>OpenTimeout</c>: from connecting to <c>session.updated</c>;
/// <c>Rollover</c>: age at which a connection is replaced in the next pause, before the server's limit ends it.
/// </summary>
public sealed record SocketSettings(
    SessionConfig Session, int Window, TimeSpan OpenTimeout, TimeSpan CloseTimeout, ReconnectPolicy Reconnect, TimeSpan Rollover)
{
    /// <summary>The advice where the key comes from <c>OPENAI_API_KEY</c>.</summary>
    public const string DefaultKeyAdvice = "Set OPENAI_API_KEY to a valid key.";

    /// <summary>The format of the session.</summary>
    public SoundFormat Format => SoundFormat.OfType(Session.Audio?.Input.Format.Type) ?? SoundFormat.Pcm16;

    /// <summary>What a person does about a refused key.</summary>
    public string KeyAdvice { get; init; } = DefaultKeyAdvice;

    /// <summary>How long a sound must be to interrupt the assistant; zero: any that the server takes for speech does.</summary>
    public TimeSpan MinInterruption { get; init; }

    /// <summary>The instructions of an answer with which the assistant begins the session; null: the caller speaks first.</summary>
    public string? Greeting { get; init; }
}
