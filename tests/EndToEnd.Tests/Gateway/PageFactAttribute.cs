namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>A test in Chromium; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PageFactAttribute : FactAttribute
{
    /// <summary>Sets the reason to skip, if any.</summary>
    public PageFactAttribute() => Skip = Chromium.Missing;
}
