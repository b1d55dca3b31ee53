using RealtimeAkka.Actors.Playback;


namespace RealtimeAkka.Audio;

/// <summary>A loudspeaker that reports what was heard, and when.</summary>
public interface IRecordableSpeaker : ISpeaker
{
    /// <summary>Receives what was heard; null: no recording.</summary>
    AudioRecorder? Recorder { get; set; }
}
