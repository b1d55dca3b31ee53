using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortAudioSharp;

/// <summary>
/// An open stream and its callbacks. Closes once, never throws, and never while a call is still running on another
/// thread.
/// </summary>
internal sealed unsafe class StreamHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly int _era = PortAudio.Era;
    private GCHandle _callbacks;

    private StreamHandle(GCHandle callbacks) : base(ownsHandle: true) => _callbacks = callbacks;

    /// <summary>Opens a stream with <paramref name="callbacks"/> as the user data of PortAudio's thread.</summary>
    public static StreamHandle Open(
        StreamParameters? input, StreamParameters? output, double sampleRate, uint framesPerBuffer, StreamFlags flags,
        StreamCallbacks callbacks)
    {
        var (nativeInput, nativeOutput) =
            (new PaStreamParameters(input.GetValueOrDefault()), new PaStreamParameters(output.GetValueOrDefault()));
        var opened = new StreamHandle(GCHandle.Alloc(callbacks));
        nint stream = 0;
        var error = Native.Pa_OpenStream(
            &stream, input is null ? null : &nativeInput, output is null ? null : &nativeOutput, sampleRate, new CULong(framesPerBuffer),
            new CULong((uint)flags),
            &Trampoline.OnSound, (void*)GCHandle.ToIntPtr(opened._callbacks));

        if (error == ErrorCode.NoError)
        {
            opened.SetHandle(stream);
            return opened;
        }
        opened._callbacks.Free();
        opened.Dispose();
        throw PortAudioException.Of(error, "The stream cannot be opened");
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        // The final Terminate closed all streams; the pointer may belong to another stream by now.
        var isClosed = _era != PortAudio.Era || Native.Pa_CloseStream(handle) == ErrorCode.NoError;
        // A stream that failed to close may still call back; leaking the callbacks prevents a call through a freed handle.
        if (isClosed) _callbacks.Free();
        return isClosed;
    }
}
