using System.Runtime.InteropServices;

namespace RealtimeAkka.Audio;

/// <summary>
/// ALSA and JACK write dozens of lines to stderr while PortAudio looks for devices. Both accept a message handler; one that does
/// nothing silences them. A library that is missing is skipped.
/// </summary>
internal static class NativeErrorOutput
{
    private static readonly Quiet Handler = static () => { }; // called from native code: must live as long as the process

    // C: void (*)(...); in the C calling convention a function without parameters can stand in for it.
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Quiet();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SetHandler(nint handler);

    /// <summary>Call this before the first use of PortAudio.</summary>
    public static void Silence()
    {
        if (!OperatingSystem.IsLinux()) return;
        Set("libasound.so.2", "snd_lib_error_set_handler");
        Set("libjack.so.0", "jack_set_error_function");
        Set("libjack.so.0", "jack_set_info_function");
    }

    private static void Set(string library, string function)
    {
        if (!NativeLibrary.TryLoad(library, out var loaded) || !NativeLibrary.TryGetExport(loaded, function, out var address)) return;
        Marshal.GetDelegateForFunctionPointer<SetHandler>(address)(Marshal.GetFunctionPointerForDelegate(Handler));
    }
}
