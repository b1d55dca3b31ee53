namespace RealtimeAkka.Host.Audio;

/// <summary>
/// The device that somebody asked for, as long as it is there; once it has gone, it or else the system's default. Devices are
/// known by name: their numbers change.
/// </summary>
/// <param name="find">Finds a device by what was asked for: an index, a part of the name, or <c>default</c>.</param>
/// <param name="refresh">Looks for devices anew.</param>
public sealed class WantedDevice(Func<string, SoundDevice> find, Action refresh, string wanted)
{
    private readonly SoundDevice _first = find(wanted);
    private bool _asked;

    /// <summary>What is to be opened now. Throws <see cref="SoundException"/> where there is none.</summary>
    public SoundDevice Find()
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
        catch (SoundException) when (wanted != Default)
        {
            return find(Default);
        }
    }

    private const string Default = "default";
}
