using System.Globalization;
using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>A failed PortAudio call; the message has the operation, the error and the host API's error text, if any.</summary>
public class PortAudioException : Exception
{
    /// <summary>Uses the runtime's standard message.</summary>
    public PortAudioException(ErrorCode ec) => ErrorCode = ec;

    /// <summary>Uses the given message.</summary>
    public PortAudioException(ErrorCode ec, string message) : base(message) => ErrorCode = ec;

    /// <summary>Uses the given message and inner exception.</summary>
    public PortAudioException(ErrorCode ec, string message, Exception inner) : base(message, inner) => ErrorCode = ec;

    /// <summary>PortAudio's error code.</summary>
    public ErrorCode ErrorCode { get; }

    internal static void ThrowIfError(ErrorCode error, string failure)
    {
        if (error < ErrorCode.NoError) throw Of(error, failure);
    }

    internal static PortAudioException Of(ErrorCode error, string failure) =>
        new(error, string.Create(CultureInfo.InvariantCulture,
        $"{failure}: {PortAudio.GetErrorText(error)} ({(int)error}){HostError(error)}"));

    // Only this error updates PortAudio's host error info; after any other it is stale.
    private static unsafe string HostError(ErrorCode error)
    {
        if (error != ErrorCode.UnanticipatedHostError) return "";
        var host = Native.Pa_GetLastHostErrorInfo();
        if (host is null) return "";
        return string.Create(CultureInfo.InvariantCulture,
            $"; the sound system says: {Marshal.PtrToStringUTF8(host->ErrorText)} ({host->ErrorCode.Value})");
    }
}
