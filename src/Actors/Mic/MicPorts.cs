using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Actors.Mic;

/// <summary>What the microphone station needs from outside.</summary>
public sealed record MicPorts(IAudioSource Source, TimeProvider Clock)
{
    /// <summary>Ends a turn if the server detects none; null: pauses end it.</summary>
    public IPushToTalkKey? Key { get; init; }

    /// <summary>Records the audio that is sent; null: it is not recorded.</summary>
    public IAudioRecorder? Recorder { get; init; }

    /// <summary>Is told how much waits.</summary>
    public QueueDepths Depths { get; init; } = new();

    /// <summary>Shows the level, the mute and the device; null: nobody looks.</summary>
    public ISessionDisplay? Display { get; init; }
}
