namespace PortAudioSharp;

/// <summary>
/// Audio input or output through a callback on PortAudio's own thread. Dispose it before
/// <see cref="PortAudio.Terminate"/> and never within a callback: <see cref="Stop"/> waits for that thread.
/// </summary>
public sealed unsafe class Stream : IDisposable
{
    private readonly StreamCallbacks _callbacks;
    private readonly StreamHandle _handle;

    /// <summary>Opens a stopped stream; null <paramref name="inParams"/> or <paramref name="outParams"/> disables that direction.</summary>
    public Stream(StreamParameters? inParams, StreamParameters? outParams, double sampleRate, uint framesPerBuffer, StreamFlags streamFlags,
        Callback callback, object? userData)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _callbacks = new StreamCallbacks(callback, userData);
        _handle = StreamHandle.Open(inParams, outParams, sampleRate, framesPerBuffer, streamFlags, _callbacks);
    }

    /// <summary>
    /// Reads <paramref name="input"/> or fills <paramref name="output"/>, whichever is not zero, with
    /// <paramref name="frameCount"/> frames.
    /// </summary>
    public delegate StreamCallbackResult Callback(
        nint input, nint output, uint frameCount, ref StreamCallbackTimeInfo timeInfo, StreamCallbackFlags statusFlags, nint userDataPtr);

    /// <summary>Called after the stream has ended: it was stopped, the callback ended it, or the device is gone.</summary>
    public delegate void FinishedCallback(nint userDataPtr);

    /// <summary>The stream was started and its callback will be called again.</summary>
    public bool IsActive => IsTrue(Native.Pa_IsStreamActive(Open), "The stream does not tell whether it is active");

    /// <summary>Not started, or stopped or aborted. A stream that ended by itself is not stopped.</summary>
    public bool IsStopped => IsTrue(Native.Pa_IsStreamStopped(Open), "The stream does not tell whether it is stopped");

    /// <summary>Seconds on the clock of <see cref="StreamCallbackTimeInfo"/>.</summary>
    public double Time => Native.Pa_GetStreamTime(Open);

    /// <summary>Share of real time used by the callback, 0 to 1.</summary>
    public double CpuLoad => Native.Pa_GetStreamCpuLoad(Open);

    private StreamHandle Open => !_handle.IsClosed ? _handle : throw new PortAudioException(ErrorCode.BadStreamPtr, "The stream is closed");

    /// <summary>The constructor's user data; for use in a callback.</summary>
    public static UD GetUserData<UD>(nint userDataPtr) => (UD)Trampoline.Callbacks((void*)userDataPtr).UserData!;

    /// <summary>Sets the callback for the end of the stream; allowed only while it is stopped.</summary>
    public void SetFinishedCallback(FinishedCallback fcb)
    {
        ArgumentNullException.ThrowIfNull(fcb);
        PortAudioException.ThrowIfError(
            Native.Pa_SetStreamFinishedCallback(Open, &Trampoline.OnFinished), "The stream takes no finished callback");
        _callbacks.Finished = fcb;
    }

    /// <summary>Starts the callbacks.</summary>
    public void Start() => PortAudioException.ThrowIfError(Native.Pa_StartStream(Open), "The stream cannot start");

    /// <summary>Stops after pending buffers were played, according to PortAudio; on ALSA the last two buffers are lost.</summary>
    public void Stop() => PortAudioException.ThrowIfError(Native.Pa_StopStream(Open), "The stream cannot stop");

    /// <summary>Stops immediately.</summary>
    public void Abort() => PortAudioException.ThrowIfError(Native.Pa_AbortStream(Open), "The stream cannot be aborted");

    /// <summary>Stops a running stream and releases the device; never throws.</summary>
    public void Close() => _handle.Dispose();

    /// <inheritdoc/>
    public void Dispose() => Close();

    private static bool IsTrue(int answer, string failure)
    {
        if (answer < 0) throw PortAudioException.Of((ErrorCode)answer, failure);
        return answer != 0;
    }
}
