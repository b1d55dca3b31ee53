using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>Which PortAudio it is.</summary>
public struct VersionInfo
{
    /// <summary>19.</summary>
    public int versionMajor;

    /// <summary>The second number.</summary>
    public int versionMinor;

    /// <summary>The third number.</summary>
    public int versionSubMinor;

    /// <summary>The commit it was built from, where it knows.</summary>
    public string versionControlRevision;

    /// <summary>All of it, for people.</summary>
    public string versionText;

    internal VersionInfo(in PaVersionInfo info)
    {
        versionMajor = info.VersionMajor;
        versionMinor = info.VersionMinor;
        versionSubMinor = info.VersionSubMinor;
        versionControlRevision = Marshal.PtrToStringUTF8(info.VersionControlRevision) ?? "";
        versionText = Marshal.PtrToStringUTF8(info.VersionText) ?? "";
    }

    /// <inheritdoc/>
    public override readonly string ToString() => $"VersionInfo: v{versionMajor}.{versionMinor}.{versionSubMinor}";
}
