using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>
/// The server's end of one WebSocket (RFC 6455): the upgrade, masked frames in, one frame and one send per event out. It never
/// blocks; a single thread serves all connections, which share static buffers.
/// </summary>
internal sealed class ServerLine(Socket socket) : IDisposable
{
    private const int LargestMessage = 1024 * 1024;
    private const int MaxQueue = 4 * 1024 * 1024;
    private const int Header = 4;
    private static readonly byte[] Incoming = new byte[LargestMessage + 64 * 1024];
    private static readonly byte[] Outgoing = new byte[Header + ushort.MaxValue];

    private readonly ArrayBufferWriter<byte> _queue = new();
    private byte[] _rest = [];
    private bool _upgraded;

    private enum Opcode : byte { Text = 1, Close = 8, Ping = 9, Pong = 10 }

    public Socket Socket => socket;

    /// <summary>The connection has ended, for any reason.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Buffer for the next event.</summary>
    public Span<byte> Room => Outgoing.AsSpan(Header);

    /// <summary>Sends an event.</summary>
    // The interpolated string handler reads the type.
#pragma warning disable IDE0060
    public void Send(string type, [InterpolatedStringHandlerArgument("", nameof(type))] EventText fields) =>
        SendFrame(Opcode.Text, fields.Close());
#pragma warning restore IDE0060

    /// <summary>Sends a WebSocket PING, as the service does.</summary>
    public void Ping() => SendFrame(Opcode.Ping, 0);

    /// <summary>Reads available data, passes each message to <paramref name="session"/> and starts the session after the upgrade.</summary>
    public void Receive(ServerSession session)
    {
        _rest.CopyTo(Incoming, 0);
        var count = socket.Receive(Incoming.AsSpan(_rest.Length), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return;
        if (count <= 0)
        {
            End();
            return;
        }
        var bytes = Incoming.AsSpan(0, _rest.Length + count);
        if (!_upgraded && Upgrade(ref bytes)) session.Start();
        while (_upgraded && !IsOver && TakeFrame(ref bytes, session))
        {
        }
        if (bytes.Length > LargestMessage) End();
        _rest = bytes.ToArray();
    }

    /// <summary>Sends queued data that did not fit into the OS send buffer.</summary>
    public void Flush()
    {
        if (_queue.WrittenCount == 0) return;
        var queued = _queue.WrittenSpan.ToArray();
        _queue.ResetWrittenCount();
        Write(queued);
    }

    /// <summary>Ends the connection: nothing more is read or sent.</summary>
    public void End() => IsOver = true;

    public void Dispose() => socket.Dispose();

    private bool Upgrade(ref Span<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var lines = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n").Select(line => line.Split(": ", 2)).Where(line => line.Length == 2)
            .ToDictionary(line => line[0], line => line[1], StringComparer.OrdinalIgnoreCase);
        bytes = bytes[(end + 4)..];
        if (!lines.TryGetValue("Sec-WebSocket-Key", out var key))
        {
            End();
            return false;
        }
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        var protocol = lines.TryGetValue("Sec-WebSocket-Protocol", out var offered)
            && offered.Contains("realtime", StringComparison.Ordinal) ? "Sec-WebSocket-Protocol: realtime\r\n" : "";
        Write(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n{protocol}\r\n"));
        return _upgraded = true;
    }

    // FIN, opcode; MASK, length in 7, 7 + 16 or 7 + 64 bits; mask; payload. Events come in one frame each.
    private bool TakeFrame(ref Span<byte> bytes, ServerSession session)
    {
        if (bytes.Length < 2) return false;
        var start = (bytes[1] & 0x7F) switch { 126 => 8, 127 => 14, _ => 6 };
        if (bytes.Length < start) return false;
        var length = start switch
        {
            8 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            14 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            _ => bytes[1] & 0x7F,
        };
        if ((bytes[0] & 0x80) == 0 || (bytes[1] & 0x80) == 0 || length is < 0 or > LargestMessage) End();
        if (IsOver || bytes.Length < start + length) return false;
        var payload = bytes.Slice(start, (int)length);
        Unmask(payload, bytes.Slice(start - 4, 4));
        switch ((Opcode)(bytes[0] & 0x0F))
        {
            case Opcode.Text:
                session.Take(payload);
                break;
            case Opcode.Close:
                Answer(Opcode.Close, payload);
                End();
                break;
            case Opcode.Ping:
                Answer(Opcode.Pong, payload);
                break;
        }
        bytes = bytes[(start + (int)length)..];
        return true;
    }

    private static void Unmask(Span<byte> payload, ReadOnlySpan<byte> mask)
    {
        var key = MemoryMarshal.Read<uint>(mask);
        var wide = new Vector<uint>(key);
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        for (var i = 0; i < vectors.Length; i++) vectors[i] ^= wide;
        for (var i = vectors.Length * Vector<byte>.Count; i < payload.Length; i++) payload[i] ^= mask[i % 4];
    }

    private void Answer(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Room);
        SendFrame(opcode, payload.Length);
    }

    private void SendFrame(Opcode opcode, int length)
    {
        var start = length < 126 ? 2 : 0;
        Outgoing[start] = (byte)(0x80 | (byte)opcode);
        Outgoing[start + 1] = length < 126 ? (byte)length : (byte)126;
        if (start == 0) BinaryPrimitives.WriteUInt16BigEndian(Outgoing.AsSpan(2), (ushort)length);
        Write(Outgoing.AsSpan(start, Header - start + length));
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsOver) return;
        var sent = 0;
        if (_queue.WrittenCount == 0)
        {
            sent = Math.Max(0, socket.Send(bytes, SocketFlags.None, out var error));
            if (error is not (SocketError.Success or SocketError.WouldBlock)) End();
        }
        if (sent < bytes.Length) _queue.Write(bytes[sent..]);
        // Megabytes are queued: the client does not read.
        if (_queue.WrittenCount > MaxQueue) End();
    }
}
