using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>Version of PortAudio.</summary>
public struct VersionInfo
{
    /// <summary>Major version, 19.</summary>
    public int versionMajor;

    /// <summary>Minor version.</summary>
    public int versionMinor;

    /// <summary>Sub-minor version.</summary>
    public int versionSubMinor;

    /// <summary>The commit it was built from, if known.</summary>
    public string versionControlRevision;

    /// <summary>The full version text for display.</summary>
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
