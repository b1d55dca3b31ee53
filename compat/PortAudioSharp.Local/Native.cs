using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>
/// The used part of portaudio.h. C's unsigned long is <see cref="CULong"/>: 8 bytes, but 4 on Windows.
/// http://files.portaudio.com/docs/v19-doxydocs/portaudio_8h.html
/// </summary>
internal static unsafe partial class Native
{
    /// <summary>Possible file names of the library; the first is the one on Linux without development files.</summary>
    public static readonly string[] FileNames =
        ["libportaudio.so.2", "portaudio", "libportaudio.2.dylib", "libportaudio.dylib", "libportaudio64bit.dll"];

    private const string Library = "portaudio";

    static Native()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, static (name, assembly, path) =>
            {
                if (name != Library) return 0;
                foreach (var file in FileNames)
                {
                    if (NativeLibrary.TryLoad(file, assembly, path, out var library)) return library;
                }
                return 0;
            });
        }
        catch (InvalidOperationException)
        {
            // The application has already set a resolver; only one is allowed per assembly.
        }
    }

    [LibraryImport(Library)] public static partial ErrorCode Pa_Initialize();
    [LibraryImport(Library)] public static partial ErrorCode Pa_Terminate();
    [LibraryImport(Library)] public static partial PaVersionInfo* Pa_GetVersionInfo();
    [LibraryImport(Library)] public static partial nint Pa_GetErrorText(ErrorCode error);
    [LibraryImport(Library)] public static partial PaHostErrorInfo* Pa_GetLastHostErrorInfo();

    [LibraryImport(Library)] public static partial int Pa_GetDeviceCount();
    [LibraryImport(Library)] public static partial int Pa_GetDefaultInputDevice();
    [LibraryImport(Library)] public static partial int Pa_GetDefaultOutputDevice();
    [LibraryImport(Library)] public static partial PaDeviceInfo* Pa_GetDeviceInfo(int device);

    [LibraryImport(Library)]
    public static partial ErrorCode Pa_OpenStream(
        nint* stream, PaStreamParameters* input, PaStreamParameters* output, double sampleRate, CULong framesPerBuffer, CULong flags,
        delegate* unmanaged[Cdecl]<void*, void*, CULong, StreamCallbackTimeInfo*, CULong, void*, int> callback, void* userData);

    [LibraryImport(Library)] public static partial ErrorCode Pa_SetStreamFinishedCallback(
        StreamHandle stream, delegate* unmanaged[Cdecl]<void*, void> callback);
    [LibraryImport(Library)] public static partial ErrorCode Pa_StartStream(StreamHandle stream);
    [LibraryImport(Library)] public static partial ErrorCode Pa_StopStream(StreamHandle stream);
    [LibraryImport(Library)] public static partial ErrorCode Pa_AbortStream(StreamHandle stream);
    [LibraryImport(Library)] public static partial ErrorCode Pa_CloseStream(nint stream);
    [LibraryImport(Library)] public static partial int Pa_IsStreamActive(StreamHandle stream);
    [LibraryImport(Library)] public static partial int Pa_IsStreamStopped(StreamHandle stream);
    [LibraryImport(Library)] public static partial double Pa_GetStreamTime(StreamHandle stream);
    [LibraryImport(Library)] public static partial double Pa_GetStreamCpuLoad(StreamHandle stream);
}
