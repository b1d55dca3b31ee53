namespace RealtimeAkka.Audio;

/// <summary>
/// The requested device, as long as it is present; once it has gone, the same device again or else the system's default. Devices are
/// identified by name: their numbers change.
/// </summary>
/// <param name="find">Finds a device by an index, a part of its name, or <c>default</c>.</param>
/// <param name="refresh">Looks for devices anew.</param>
/// <param name="wanted">The index, a part of the name, or <c>default</c>.</param>
public sealed class DeviceSelector(Func<string, AudioDevice> find, Action refresh, string wanted)
{
    private AudioDevice _chosen = find(wanted);
    private bool _asked;
    private bool _isDefault = wanted == Default; // follows the system's default

    /// <summary>Lists the devices of this kind, for <see cref="FindNext"/>.</summary>
    public Func<IReadOnlyList<AudioDevice>>? List { get; init; }

    /// <summary>The device to open now. Throws <see cref="AudioDeviceException"/> if there is none.</summary>
    public AudioDevice Find()
    {
        if (!_asked)
        {
            _asked = true;
            return _chosen;
        }
        refresh();
        try
        {
            return find(_isDefault ? Default : _chosen.Name);
        }
        catch (AudioDeviceException) when (!_isDefault)
        {
            return find(Default);
        }
    }

    /// <summary>
    /// The device after the present one, the first after the last; from now on it is the one to open. Throws
    /// <see cref="AudioDeviceException"/> if there is none.
    /// </summary>
    public AudioDevice FindNext()
    {
        refresh();
        List<AudioDevice> devices = [.. List?.Invoke() ?? []];
        if (devices.Count == 0) return Find();
        var present = devices.FindIndex(device => device.Name == _chosen.Name && device.HostApi == _chosen.HostApi);
        (_asked, _isDefault) = (true, false);
        return _chosen = devices[(present + 1) % devices.Count];
    }

    private const string Default = "default";
}
