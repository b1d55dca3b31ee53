using System.Globalization;
using PortAudioSharp;

namespace RealtimeAkka.Audio;

/// <summary>A sound device as the system lists it; <c>HostApi</c> distinguishes the same device under ALSA and under JACK.</summary>
public sealed record AudioDevice(
    int Index, string Name, int HostApi, int InputChannels, int OutputChannels, double SampleRate, bool IsDefaultInput,
    bool IsDefaultOutput);

/// <summary>The system's sound library, while it is used. Streams must be closed before it is disposed.</summary>
public sealed class PortAudioDevices : IDisposable
{
    // Usually about 100 ms; with many devices it can be a second.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private PortAudioDevices()
    {
    }

    /// <summary>Starts the sound system. Throws <see cref="AudioDeviceException"/> if there is none.</summary>
    public static Task<PortAudioDevices> OpenAsync() => NativeCalls.RunAsync(Open, StartLimit, late => late.Dispose());

    private static PortAudioDevices Open()
    {
        try
        {
            NativeLibraryName.Resolve();
            NativeErrorOutput.Silence();
            PortAudio.Initialize();
            return new PortAudioDevices();
        }
        catch (Exception e) when (e is DllNotFoundException or PortAudioException or BadImageFormatException)
        {
            throw new AudioDeviceException(
                $"There is no sound here ({e.Message.Split('\n')[0].TrimEnd('.')}). Install libportaudio2, or use --input FILE.wav and --output null.", e);
        }
    }

    /// <summary>Every device.</summary>
    public IReadOnlyList<AudioDevice> List()
    {
        var (input, output) = (PortAudio.DefaultInputDevice, PortAudio.DefaultOutputDevice);
        return [.. Enumerable.Range(0, PortAudio.DeviceCount).Select(index =>
        {
            var info = PortAudio.GetDeviceInfo(index);
            return new AudioDevice(index, info.name, info.hostApi, info.maxInputChannels, info.maxOutputChannels, info.defaultSampleRate,
                index == input, index == output);
        })];
    }

    /// <summary>Every microphone.</summary>
    public IReadOnlyList<AudioDevice> Microphones => [.. List().Where(device => device.InputChannels > 0)];

    /// <summary>The microphone that <paramref name="wanted"/> names: an index, a part of its name, or <c>default</c>.</summary>
    public AudioDevice Microphone(string wanted) =>
        Find(wanted, "microphone", "--input-device", device => device.InputChannels > 0, device => device.IsDefaultInput);

    /// <summary>The loudspeaker that <paramref name="wanted"/> names: an index, a part of its name, or <c>default</c>.</summary>
    public AudioDevice Speaker(string wanted) =>
        Find(wanted, "loudspeaker", "--output-device", device => device.OutputChannels > 0, device => device.IsDefaultOutput);

    /// <summary>
    /// Looks for devices anew: PortAudio lists those present when it was started. Does nothing while a stream is open, as that would
    /// be closed; the old list then remains.
    /// </summary>
    public void Refresh()
    {
        if (PortAudioStream.Open > 0) return;
        try
        {
            PortAudio.Terminate();
            PortAudio.Initialize();
        }
        catch (PortAudioException e)
        {
            throw new AudioDeviceException($"The sound system does not start again: {e.Message.Split('\n')[0].TrimEnd('.')}.", e);
        }
    }

    private AudioDevice Find(string wanted, string kind, string option, Func<AudioDevice, bool> fits, Func<AudioDevice, bool> isDefault)
    {
        var devices = List().Where(fits).ToList();
        var found = wanted == "default"
            ? devices.Find(device => isDefault(device))
            : devices.Find(device => device.Index.ToString(CultureInfo.InvariantCulture) == wanted)
            ?? devices.Find(device => device.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase));
        if (found is not null) return found;
        throw wanted == "default" || devices.Count == 0
            ? new AudioDeviceException($"No {kind} was found. Plug one in, or use --input FILE.wav and --output null.")
            : new AudioDeviceException(
                $"{option} {wanted} is no {kind}. There are: {string.Join(", ", devices.Select(device => $"{device.Index} {device.Name}"))}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!NativeCalls.Wait(StopLimit)) return; // a call hangs, and so would this one; the end of the process has the same effect
        try
        {
            PortAudio.Terminate();
        }
        catch (PortAudioException)
        {
            // The process is about to end, or sound is no longer needed: the error is ignored.
        }
    }
}

/// <summary>Sound is missing or broken; the message is one line for the user.</summary>
public sealed class AudioDeviceException(string message, Exception? inner = null) : Exception(message, inner);
