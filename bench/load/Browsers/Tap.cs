using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace RealtimeAkka.Bench.Load.Browsers;

/// <summary>
/// Between <c>serve</c> and the model's server: passes everything on, and measures the age of each frame of sound when it has left
/// <c>serve</c>, by the clock of the kernel.
/// </summary>
internal sealed class Tap : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;

    public Tap(Uri server)
    {
        _server = server;
        _listener.Start(1024);
        _ = AcceptAsync();
    }

    /// <summary>The address for <c>serve</c>.</summary>
    public Uri Url => new UriBuilder(_server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>Ages are recorded only while this is set.</summary>
    public bool Recording { get; set; }

    /// <summary>From the sending of a frame by a browser until the frame has left <c>serve</c>.</summary>
    public Histogram Added { get; } = new();

    /// <summary>
    /// Called once for each connection in turn; what it returns is called with the bytes of sound that have left <c>serve</c> so far, and
    /// returns the age of the newest. Null: the frames have stamps.
    /// </summary>
    public Func<Func<long, TimeSpan?>?>? Ages { get; set; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = PassAsync(client);
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var _ = client;
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server.Port).ConfigureAwait(false);
            await Task.WhenAny(WatchAsync(client, server, new Frames(this)), PumpAsync(server, client)).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // One side is gone, so the other one is closed.
        }
    }

    private static async Task WatchAsync(Socket from, Socket to, Frames frames)
    {
        var (buffer, arriving) = (new byte[BufferBytes], new ArrivalSocket(from));
        while (await arriving.ReceiveAsync(buffer).ConfigureAwait(false) is (> 0 and var count, var waited))
        {
            frames.Take(buffer.AsSpan(0, count), waited);
            await SendAsync(to, buffer.AsMemory(0, count)).ConfigureAwait(false);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[BufferBytes];
        while (await from.ReceiveAsync(buffer.AsMemory()).ConfigureAwait(false) is > 0 and var count)
            await SendAsync(to, buffer.AsMemory(0, count)).ConfigureAwait(false);
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await to.SendAsync(bytes).ConfigureAwait(false)..];
    }

    // The masked frames of a client: the beginning of each is looked at when its last byte has come.
    private sealed class Frames(Tap tap)
    {
        private readonly Func<long, TimeSpan?>? _age = tap.Ages?.Invoke();
        private long _sound; // bytes so far

        private const int Kept = 14 + 512;

        private readonly byte[] _start = new byte[Kept];
        private int _kept;
        private long _seen; // bytes of the current frame
        private bool _upgraded;

        public void Take(ReadOnlySpan<byte> bytes, TimeSpan waited)
        {
            if (!_upgraded)
            {
                var end = bytes.IndexOf("\r\n\r\n"u8); // the request comes in one piece
                if (end < 0) return;
                _upgraded = true;
                bytes = bytes[(end + 4)..];
            }
            while (!bytes.IsEmpty)
            {
                var room = Math.Min(bytes.Length, Kept - _kept);
                bytes[..room].CopyTo(_start.AsSpan(_kept));
                _kept += room;
                if (Length(_start.AsSpan(0, _kept)) is not { } length)
                {
                    _seen += bytes.Length; // the header is not complete
                    return;
                }
                var rest = (int)Math.Min(bytes.Length, length - _seen);
                _seen += rest;
                if (_seen < length) return;
                _kept -= Math.Max(0, room - rest);
                Look(_start.AsSpan(0, _kept), length, waited);
                (_seen, _kept) = (0, 0);
                bytes = bytes[rest..];
            }
        }

        private static long? Length(ReadOnlySpan<byte> start) => start.Length < 14 && start.Length < Header(start) ? null
            : Header(start) + (start[1] & 0x7F) switch
            {
                126 => BinaryPrimitives.ReadUInt16BigEndian(start[2..]),
                127 => BinaryPrimitives.ReadInt64BigEndian(start[2..]),
                var length => length,
            };

        private static int Header(ReadOnlySpan<byte> start) =>
            start.Length < 2 ? 14 : (start[1] & 0x7F) switch { 126 => 8, 127 => 14, _ => 6 };

        private void Look(Span<byte> frame, long length, TimeSpan waited)
        {
            var header = Header(frame);
            if ((!tap.Recording && _age is null) || frame.Length < 400) return;
            var mask = frame.Slice(header - 4, 4).ToArray();
            var payload = frame[header..];
            for (var i = 0; i < payload.Length; i++) payload[i] ^= mask[i % 4];
            var name = "\"audio\":\""u8;
            if (payload.IndexOf("input_audio_buffer.append"u8) < 0 || payload.IndexOf(name) is not (>= 0 and var at)) return;
            if (_age is not null)
            {
                const int end = 2; // "}
                // Whole milliseconds: the end, with what base64 is filled up with, is not kept.
                _sound += (length - header - at - name.Length - end) / 4 * 3 / 8 * 8;
                if (_age(_sound) is { } late && tap.Recording) tap.Added.Add(late - waited);
                return;
            }
            Span<byte> sound = stackalloc byte[Stamp.Bytes + 1];
            var base64 = payload.Slice(at + name.Length, sound.Length / 3 * 4);
            if (Base64.DecodeFromUtf8(base64, sound, out _, out var written) == System.Buffers.OperationStatus.Done
                && written >= Stamp.Bytes && Stamp.Age(sound) is { } age) tap.Added.Add(age - waited);
        }
    }
}
