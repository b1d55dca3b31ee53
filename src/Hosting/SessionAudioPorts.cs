using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting;

/// <summary>The audio source and the speaker of one run; opened before anything else is started.</summary>
public sealed class SessionAudioPorts : IDisposable
{
    private readonly Stack<IDisposable> _opened = new();
    private readonly List<Notice> _notices = [];

    private SessionAudioPorts()
    {
    }

    /// <summary>The user's voice.</summary>
    public IAudioSource Source { get; private set; } = null!;

    /// <summary>Plays the assistant's voice.</summary>
    public IRecordableSpeaker Speaker { get; private set; } = null!;

    /// <summary>Figures of the callbacks of its devices.</summary>
    public IEnumerable<(string Device, StreamStatistics Figures)> Figures
    {
        get
        {
            if (Source is PortAudioMicrophone microphone) yield return ("microphone", microphone.Figures);
            if (Speaker is PortAudioSpeaker speaker) yield return ("loudspeaker", speaker.Figures);
        }
    }

    /// <summary>Notices for the user.</summary>
    public IReadOnlyList<Notice> Notices => _notices;

    /// <summary>
    /// Opens both. Throws <see cref="AudioDeviceException"/> if a required device is missing, <see cref="ConfigException"/> if a file
    /// cannot
    /// be used.
    /// </summary>
    public static async Task<SessionAudioPorts> OpenAsync(RunPlan plan, TimeProvider clock)
    {
        var sound = new SessionAudioPorts();
        try
        {
            sound.Source = await sound.OpenSourceAsync(plan, clock).ConfigureAwait(false);
            sound.Speaker = await sound.OpenSpeakerAsync(plan, clock).ConfigureAwait(false);
            return sound;
        }
        catch
        {
            sound.Dispose();
            throw;
        }
    }

    private async Task<IAudioSource> OpenSourceAsync(RunPlan plan, TimeProvider clock)
    {
        switch (plan.Input)
        {
            case InputPlan.Sample sample:
                return Keep(OpenInput(sample.WavPath, plan.Session.Facts.Format));
            case InputPlan.WavFile wav:
                var file = Keep(OpenInput(wav.Path, plan.Session.Facts.Format));
                if (file.Warning is { } warning)
                    _notices.Add(new Notice(NoticeLevel.Warning, "input_incomplete", $"The input {wav.Path} {warning}."));
                return file;
            case InputPlan.Microphone microphone:
                var devices = await DevicesAsync().ConfigureAwait(false);
                var selector = new DeviceSelector(devices.Microphone, devices.Refresh, microphone.Device)
                    { List = () => devices.Microphones };
                return Keep(new PortAudioMicrophone(selector, plan.Session.Mic.Frame, plan.Devices, plan.Session.Facts.Format, clock));
            default:
                return new StdinSource(Console.OpenStandardInput(), plan.Session.Facts.Format);
        }
    }

    private async Task<IRecordableSpeaker> OpenSpeakerAsync(RunPlan plan, TimeProvider clock)
    {
        var format = plan.Session.Facts.Format;
        switch (plan.Output)
        {
            case OutputPlan.WavFile wav:
                return new PacedSpeaker(Keep(OpenFile(wav.Path, format)), SharedTicker.Instance, wav.Speed, format);
            case OutputPlan.Nothing nothing:
                return new PacedSpeaker(null, SharedTicker.Instance, nothing.Speed, format);
            case OutputPlan.Speaker speaker:
                try
                {
                    var devices = await DevicesAsync().ConfigureAwait(false);
                    return Keep(await PortAudioSpeaker.OpenAsync(
                        new DeviceSelector(devices.Speaker, devices.Refresh, speaker.Device), plan.Devices, format, clock)
                        .ConfigureAwait(false));
                }
                catch (AudioDeviceException e) when (!speaker.Required)
                {
                    _notices.Add(new Notice(NoticeLevel.Info, "no_speaker", $"The assistant's voice is not heard: {e.Message}"));
                    return new PacedSpeaker(null, SharedTicker.Instance, speed: 1, format);
                }
            default:
                throw new ArgumentOutOfRangeException(nameof(plan));
        }
    }

    private async Task<PortAudioDevices> DevicesAsync() =>
        _opened.OfType<PortAudioDevices>().FirstOrDefault() ?? Keep(await PortAudioDevices.OpenAsync().ConfigureAwait(false));

    /// <summary>Opens the caller's audio. Throws <see cref="ConfigException"/> if the file cannot be read or is no WAV file.</summary>
    public static WavSource OpenInput(string path, SoundFormat session)
    {
        try
        {
            return WavSource.Open(path, session);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigException($"--input {path} cannot be used: {e.Message.TrimEnd('.')}. Give a WAV file.", e);
        }
    }

    private static WavWriter OpenFile(string path, SoundFormat format)
    {
        try
        {
            return new WavWriter(path, format);
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
