namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>A test on virtual devices; skipped, with the reason, where they are not available.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SoundFactAttribute : FactAttribute
{
    /// <summary>Sets the reason to skip, if any.</summary>
    public SoundFactAttribute() => Skip = VirtualSound.Missing;
}
