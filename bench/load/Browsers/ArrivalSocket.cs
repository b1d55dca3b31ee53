using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Bench.Load.Browsers;

/// <summary>
/// Receives with the time that has passed since the kernel had the bytes: the measuring process is the last to get a processor while
/// <c>serve</c> is busy, and its own delay is not that of <c>serve</c>. Of bytes that the kernel has joined, the newest count, so an age
/// is never given too low.
/// </summary>
internal sealed class ArrivalSocket
{
    private const int SocketLevel = 1, TimestampNanoseconds = 35, DoNotWait = 0x40; // of Linux

    private readonly Socket _socket;

    public ArrivalSocket(Socket socket)
    {
        _socket = socket;
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(SocketLevel, TimestampNanoseconds, BitConverter.GetBytes(1));
    }

    /// <summary>The bytes that have come, 0 at the end, and how long they have waited; elsewhere than on Linux that is not known.</summary>
    public async ValueTask<(int Count, TimeSpan Waited)> ReceiveAsync(byte[] buffer)
    {
        if (!OperatingSystem.IsLinux()) return (await _socket.ReceiveAsync(buffer.AsMemory()).ConfigureAwait(false), TimeSpan.Zero);
        while (true)
        {
            await _socket.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false); // something has come
            if (TryReceive(buffer, out var count, out var waited)) return (count, waited);
        }
    }

    private unsafe bool TryReceive(byte[] buffer, out int count, out TimeSpan waited)
    {
        const int Again = 11;
        var control = stackalloc byte[64];
        fixed (byte* bytes = buffer)
        {
            var vector = new Vector { Base = bytes, Length = (nuint)buffer.Length };
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 64 };
            count = (int)ReceiveMessage((int)_socket.Handle, &message, DoNotWait);
            waited = message.ControlLength > 0 ? Waited((ControlMessage*)control) : TimeSpan.Zero;
        }
        if (count >= 0) return true;
        return Marshal.GetLastPInvokeError() == Again ? false : throw new SocketException(Marshal.GetLastPInvokeError());
    }

    private static unsafe TimeSpan Waited(ControlMessage* control)
    {
        if (control->Level != SocketLevel || control->Type != TimestampNanoseconds) return TimeSpan.Zero;
        var arrived = DateTime.UnixEpoch.AddTicks(control->Seconds * TimeSpan.TicksPerSecond + control->Nanoseconds / 100);
        var waited = DateTime.UtcNow - arrived;
        return waited > TimeSpan.Zero ? waited : TimeSpan.Zero;
    }

    [DllImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static extern unsafe nint ReceiveMessage(int socket, Message* message, int flags);

    // The structures of recvmsg(2) and cmsg(3) on 64 bits.
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Message
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ControlMessage
    {
        public nuint Length;
        public int Level, Type;
        public long Seconds, Nanoseconds;
    }
}
