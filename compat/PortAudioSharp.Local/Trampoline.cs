using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>
/// Where PortAudio's thread enters managed code. Allocates nothing; lets no exception out, for there is nobody above who could
/// catch it.
/// </summary>
internal static unsafe class Trampoline
{
    /// <summary>PaStreamCallback: the next buffer.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int OnSound(void* input, void* output, CULong frames, StreamCallbackTimeInfo* time, CULong flags, void* userData)
    {
        try
        {
            return (int)Callbacks(userData).Sound((nint)input, (nint)output, (uint)frames.Value, ref *time, (StreamCallbackFlags)flags.Value, (nint)userData);
        }
        catch (Exception e)
        {
            Trace.TraceError("A PortAudio callback failed, its stream is aborted: {0}", e);
            return (int)StreamCallbackResult.Abort;
        }
    }

    /// <summary>PaStreamFinishedCallback: there will be no further buffer.</summary>
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

    /// <summary>The object behind the pointer.</summary>
    public static StreamCallbacks Callbacks(void* userData) => (StreamCallbacks)GCHandle.FromIntPtr((nint)userData).Target!;
}
