using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RealtimeAkka.Simulator.Wire;

/// <summary>
/// Sits between Kestrel and the WebSocket of one request. When silent, it reads and sends nothing, not even a PONG, while the socket
/// stays open, as after a failure of a machine in between. It can also end the connection without a close frame.
/// </summary>
internal sealed class UpgradedConnection(IHttpUpgradeFeature upgrade, Socket socket, CancellationToken gone) : IHttpUpgradeFeature
{
    private volatile bool _silent;

    public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync() => new Tap(await upgrade.UpgradeAsync(), this);

    public void FallSilent() => _silent = true;

    /// <summary>
    /// Ends the connection after all sent data. A reset would discard data that the OS has not transmitted yet; ten small
    /// packets not yet acknowledged by a busy client are enough for that.
    /// </summary>
    public void HangUp() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Middleware that wraps the upgrade of every request.</summary>
    public static Task UseAsync(HttpContext http, RequestDelegate next)
    {
        var socket = http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        if (http.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
            http.Features.Set<IHttpUpgradeFeature>(new UpgradedConnection(upgrade, socket, http.RequestAborted));
        return next(http);
    }

    private sealed class Tap(Stream line, UpgradedConnection owner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = owner._silent ? 0 : await line.ReadAsync(buffer, cancellationToken);
            if (!owner._silent) return read;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, owner.Gone);
            await Task.Delay(Timeout.Infinite, ended.Token);
            return 0;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            owner._silent ? ValueTask.CompletedTask : line.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) =>
            owner._silent ? Task.CompletedTask : line.FlushAsync(cancellationToken);

        public override void Flush() => line.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) line.Dispose();
            base.Dispose(disposing);
        }
    }

    private CancellationToken Gone { get; } = gone;
}
