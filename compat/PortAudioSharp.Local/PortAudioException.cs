using System.Globalization;
using System.Runtime.InteropServices;

namespace PortAudioSharp;

/// <summary>PortAudio has refused something; the message says what, why, and what the system's sound interface said.</summary>
public class PortAudioException : Exception
{
    /// <summary>With the runtime's standard message.</summary>
    public PortAudioException(ErrorCode ec) => ErrorCode = ec;

    /// <summary>With a message.</summary>
    public PortAudioException(ErrorCode ec, string message) : base(message) => ErrorCode = ec;

    /// <summary>With a message and a cause.</summary>
    public PortAudioException(ErrorCode ec, string message, Exception inner) : base(message, inner) => ErrorCode = ec;

    /// <summary>PortAudio's number for it.</summary>
    public ErrorCode ErrorCode { get; }

    internal static void ThrowIfError(ErrorCode error, string failure)
    {
        if (error < ErrorCode.NoError) throw Of(error, failure);
    }

    internal static PortAudioException Of(ErrorCode error, string failure) =>
        new(error, string.Create(CultureInfo.InvariantCulture, $"{failure}: {PortAudio.GetErrorText(error)} ({(int)error}){HostError(error)}"));

    // Only this error makes PortAudio note what its host said; at any other time the note is an old one.
    private static unsafe string HostError(ErrorCode error)
    {
        if (error != ErrorCode.UnanticipatedHostError) return "";
        var host = Native.Pa_GetLastHostErrorInfo();
        if (host is null) return "";
        return string.Create(CultureInfo.InvariantCulture, $"; the sound system says: {Marshal.PtrToStringUTF8(host->ErrorText)} ({host->ErrorCode.Value})");
    }
}
