using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>
/// Entry points of PortAudio's thread into managed code. Allocates nothing and catches every exception, since no caller could
/// handle it.
/// </summary>
internal static unsafe class Trampoline
{
    /// <summary>PaStreamCallback: processes the next buffer.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int OnSound(void* input, void* output, CULong frames, StreamCallbackTimeInfo* time, CULong flags, void* userData)
    {
        try
        {
            return (int)Callbacks(userData)
                .Sound((nint)input, (nint)output, (uint)frames.Value, ref *time, (StreamCallbackFlags)flags.Value, (nint)userData);
        }
        catch (Exception e)
        {
            Trace.TraceError("A PortAudio callback failed, its stream is aborted: {0}", e);
            return (int)StreamCallbackResult.Abort;
        }
    }

    /// <summary>PaStreamFinishedCallback: no further buffer follows.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void OnFinished(void* userData)
    {
        try
        {
            Callbacks(userData).Finished?.Invoke((nint)userData);
        }
        catch (Exception e)
        {
            Trace.TraceError("A PortAudio callback failed at the end of its stream: {0}", e);
        }
    }

    /// <summary>The object behind the user data pointer.</summary>
    public static StreamCallbacks Callbacks(void* userData) => (StreamCallbacks)GCHandle.FromIntPtr((nint)userData).Target!;
}
