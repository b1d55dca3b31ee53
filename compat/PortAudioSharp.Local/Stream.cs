namespace PortAudioSharp;

/// <summary>
/// Sound from or to a device, brought by a callback on PortAudio's own thread. Dispose it before
/// <see cref="PortAudio.Terminate"/>, and never from within a callback: <see cref="Stop"/> waits for that thread.
/// </summary>
public sealed unsafe class Stream : IDisposable
{
    private readonly StreamCallbacks _callbacks;
    private readonly StreamHandle _handle;

    /// <summary>Opens a stream that does not run yet; null <paramref name="inParams"/> or <paramref name="outParams"/>: not that direction.</summary>
    public Stream(StreamParameters? inParams, StreamParameters? outParams, double sampleRate, uint framesPerBuffer, StreamFlags streamFlags, Callback callback, object? userData)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _callbacks = new StreamCallbacks(callback, userData);
        _handle = StreamHandle.Open(inParams, outParams, sampleRate, framesPerBuffer, streamFlags, _callbacks);
    }

    /// <summary>
    /// Reads <paramref name="input"/> or fills <paramref name="output"/>, whichever is not zero, with
    /// <paramref name="frameCount"/> frames.
    /// </summary>
    public delegate StreamCallbackResult Callback(nint input, nint output, uint frameCount, ref StreamCallbackTimeInfo timeInfo, StreamCallbackFlags statusFlags, nint userDataPtr);

    /// <summary>The stream has ended: it was stopped, the callback said so, or the device is gone.</summary>
    public delegate void FinishedCallback(nint userDataPtr);

    /// <summary>It was started, and its callback will be called again.</summary>
    public bool IsActive => IsTrue(Native.Pa_IsStreamActive(Open), "The stream does not tell whether it is active");

    /// <summary>It was not started, or was stopped or aborted since. One that has ended by itself is not stopped.</summary>
    public bool IsStopped => IsTrue(Native.Pa_IsStreamStopped(Open), "The stream does not tell whether it is stopped");

    /// <summary>Seconds on the clock of <see cref="StreamCallbackTimeInfo"/>.</summary>
    public double Time => Native.Pa_GetStreamTime(Open);

    /// <summary>The part of real time that the callback takes, 0 to 1.</summary>
    public double CpuLoad => Native.Pa_GetStreamCpuLoad(Open);

    private StreamHandle Open => !_handle.IsClosed ? _handle : throw new PortAudioException(ErrorCode.BadStreamPtr, "The stream is closed");

    /// <summary>The object that was given to the constructor, from within a callback.</summary>
    public static UD GetUserData<UD>(nint userDataPtr) => (UD)Trampoline.Callbacks((void*)userDataPtr).UserData!;

    /// <summary>Has <paramref name="fcb"/> called when the stream ends; while it is stopped only.</summary>
    public void SetFinishedCallback(FinishedCallback fcb)
    {
        ArgumentNullException.ThrowIfNull(fcb);
        PortAudioException.ThrowIfError(Native.Pa_SetStreamFinishedCallback(Open, &Trampoline.OnFinished), "The stream takes no finished callback");
        _callbacks.Finished = fcb;
    }

    /// <summary>Lets the callbacks begin.</summary>
    public void Start() => PortAudioException.ThrowIfError(Native.Pa_StartStream(Open), "The stream cannot start");

    /// <summary>Ends when what was taken has been played, says PortAudio; on ALSA the last two buffers are lost.</summary>
    public void Stop() => PortAudioException.ThrowIfError(Native.Pa_StopStream(Open), "The stream cannot stop");

    /// <summary>Ends at once.</summary>
    public void Abort() => PortAudioException.ThrowIfError(Native.Pa_AbortStream(Open), "The stream cannot be aborted");

    /// <summary>Ends the stream if it runs, and gives the device back; never throws.</summary>
    public void Close() => _handle.Dispose();

    /// <inheritdoc/>
    public void Dispose() => Close();

    private static bool IsTrue(int answer, string failure)
    {
        if (answer < 0) throw PortAudioException.Of((ErrorCode)answer, failure);
        return answer != 0;
    }
}
