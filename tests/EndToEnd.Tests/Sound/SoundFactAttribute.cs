namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>A test on virtual devices; skipped, with the reason, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SoundFactAttribute : FactAttribute
{
    /// <summary>Decides.</summary>
    public SoundFactAttribute() => Skip = VirtualSound.Missing;
}
