using RealtimeAkka.Actors;

namespace RealtimeAkka.Host.Audio;

/// <summary>A loudspeaker that says what was heard of it, and when.</summary>
public interface IRecordedSpeaker : ISpeaker
{
    /// <summary>Is told; null: nobody is.</summary>
    SoundRecorder? Recorder { get; set; }
}
