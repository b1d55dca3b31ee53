using RealtimeAkka.Actors;
using RealtimeAkka.Host.Configuration;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Host.Audio;

/// <summary>Where the sound of one run comes from and goes to; opened before anything else is started.</summary>
public sealed class SessionSound : IDisposable
{
    private readonly Stack<IDisposable> _opened = new();

    private SessionSound()
    {
    }

    /// <summary>The user's voice.</summary>
    public ISoundSource Source { get; private set; } = null!;

    /// <summary>The assistant's.</summary>
    public ISpeaker Speaker { get; private set; } = null!;

    /// <summary>What a person should know of it; null: nothing.</summary>
    public Notice? Notice { get; private set; }

    /// <summary>
    /// Opens both. Throws <see cref="SoundException"/> where a device that is needed is not there, <see cref="ConfigException"/>
    /// where a file cannot be used.
    /// </summary>
    public static SessionSound Open(RunPlan plan, TimeProvider clock)
    {
        var sound = new SessionSound();
        try
        {
            sound.Source = sound.OpenSource(plan, clock);
            sound.Speaker = sound.OpenSpeaker(plan.Output, clock);
            return sound;
        }
        catch
        {
            sound.Dispose();
            throw;
        }
    }

    private ISoundSource OpenSource(RunPlan plan, TimeProvider clock) => plan.Input switch
    {
        InputPlan.Sample sample => Keep(WavSource.Open(sample.WavPath)),
        InputPlan.WavFile wav => Keep(WavSource.Open(wav.Path)),
        InputPlan.Microphone microphone => Keep(new PortAudioMicrophone(Devices().Microphone(microphone.Device), plan.Session.Mic.Frame, clock)),
        _ => new StdinSource(Console.OpenStandardInput()),
    };

    private ISpeaker OpenSpeaker(OutputPlan plan, TimeProvider clock)
    {
        switch (plan)
        {
            case OutputPlan.WavFile wav:
                return new PacedSpeaker(Keep(OpenFile(wav.Path)), clock, wav.Speed);
            case OutputPlan.Nothing nothing:
                return new PacedSpeaker(null, clock, nothing.Speed);
            case OutputPlan.Speaker speaker:
                try
                {
                    return Keep(new PortAudioSpeaker(Devices().Speaker(speaker.Device), clock));
                }
                catch (SoundException e) when (!speaker.Required)
                {
                    Notice = new Notice(NoticeLevel.Info, "no_speaker", $"The assistant's voice is not heard: {e.Message}");
                    return new PacedSpeaker(null, clock, speed: 1);
                }
            default:
                throw new ArgumentOutOfRangeException(nameof(plan));
        }
    }

    private PortAudioDevices Devices() => _opened.OfType<PortAudioDevices>().FirstOrDefault() ?? Keep(PortAudioDevices.Open());

    private static WavWriter OpenFile(string path)
    {
        try
        {
            return new WavWriter(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"--output {path} cannot be written: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private T Keep<T>(T opened) where T : IDisposable
    {
        _opened.Push(opened);
        return opened;
    }

    /// <summary>Closes what was opened, the last first: streams before the sound system.</summary>
    public void Dispose()
    {
        while (_opened.TryPop(out var opened)) opened.Dispose();
    }
}
