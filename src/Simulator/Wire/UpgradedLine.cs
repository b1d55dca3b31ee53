using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RealtimeAkka.Simulator.Wire;

/// <summary>
/// Stands between Kestrel and the WebSocket of one request. It can fall silent: then nothing is read and nothing leaves, not even a
/// PONG, while the line stays open, as when a machine in between has lost it. And it can hang up, without a close frame.
/// </summary>
internal sealed class UpgradedLine(IHttpUpgradeFeature upgrade, Socket socket, CancellationToken gone) : IHttpUpgradeFeature
{
    private volatile bool _silent;

    public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync() => new Tap(await upgrade.UpgradeAsync(), this);

    public void FallSilent() => _silent = true;

    /// <summary>
    /// Ends the line after all that was sent. A reset would throw away what the system has not put on the wire yet, and ten small
    /// packets that a busy client has not acknowledged are enough for that.
    /// </summary>
    public void HangUp() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Lets every upgrade on this server pass through a line of its own.</summary>
    public static Task UseAsync(HttpContext http, RequestDelegate next)
    {
        var socket = http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        if (http.Features.Get<IHttpUpgradeFeature>() is { } upgrade) http.Features.Set<IHttpUpgradeFeature>(new UpgradedLine(upgrade, socket, http.RequestAborted));
        return next(http);
    }

    private sealed class Tap(Stream line, UpgradedLine owner) : Stream
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

        public override Task FlushAsync(CancellationToken cancellationToken) => owner._silent ? Task.CompletedTask : line.FlushAsync(cancellationToken);

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
