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
    private readonly AudioDevice _first = find(wanted);
    private bool _asked;

    /// <summary>The device to open now. Throws <see cref="AudioDeviceException"/> if there is none.</summary>
    public AudioDevice Find()
    {
        if (!_asked)
        {
            _asked = true;
            return _first;
        }
        refresh();
        try
        {
            return find(wanted == Default ? Default : _first.Name);
        }
        catch (AudioDeviceException) when (wanted != Default)
        {
            return find(Default);
        }
    }

    private const string Default = "default";
}
