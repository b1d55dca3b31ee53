using System.Runtime.InteropServices;
using PortAudioSharp;

namespace RealtimeAkka.Audio;

/// <summary>
/// Finds PortAudio on Linux where the binding does not: the library in the binding's package needs JACK, which may be missing, and
/// the system's library has a version in its name, which the binding does not try.
/// </summary>
internal static class NativeLibraryName
{
    private const string Imported = "portaudio";
    private const string OfTheSystem = "libportaudio.so.2";

    private static int s_set;

    /// <summary>Call this before the first use of PortAudio.</summary>
    public static void Resolve()
    {
        if (!OperatingSystem.IsLinux() || Interlocked.Exchange(ref s_set, 1) != 0) return;
        NativeLibrary.SetDllImportResolver(typeof(PortAudio).Assembly, static (name, assembly, path) =>
            name == Imported
            && (NativeLibrary.TryLoad(name, assembly, path, out var library)
            || NativeLibrary.TryLoad(OfTheSystem, assembly, path, out library)) ? library : 0);
    }
}
