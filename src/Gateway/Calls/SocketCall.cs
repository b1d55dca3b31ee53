using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>
/// One call over one WebSocket: one reader, one writer. The reader starts when the session listens, so that no sound is lost before. A
/// client that is gone, silent, or breaks the rules ends its call in good order. What the messages are is said by who derives from it.
/// </summary>
/// <param name="socket">The connection; who makes the call closes it.</param>
/// <param name="who">The client in the texts of reasons.</param>
/// <param name="maxMessage">Maximum bytes of a message.</param>
/// <param name="quiet">A client that sends no sound for so long is taken for gone.</param>
/// <param name="clock">The time.</param>
internal abstract class SocketCall(WebSocket socket, string who, int maxMessage, TimeSpan quiet, TimeProvider clock) : IDisposable
{
    // More texts than can wait while the client reads at all.
    private const int MaxTexts = 64;

    // What is read after a broken rule, in bytes and messages.
    private const int MaxDiscarded = 4 << 20;

    private const string Lost = "its connection is lost";

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    // Shorter waits of the reader add up: a timer is not more exact.
    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(5);

    private readonly SemaphoreSlim _signal = new(0);
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _texts = new();
    private readonly TaskCompletionSource<string> _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (WebSocketCloseStatus Code, string Reason)? _close; // to be sent last
    private readonly TimeSpan _accepted = clock.GetElapsedTime(0);
    private long _lastSound; // ticks
    private bool _isOver;

    /// <summary>The caller's voice.</summary>
    public abstract SocketSource Source { get; }

    /// <summary>Plays the assistant's voice.</summary>
    public abstract ICallSpeaker Speaker { get; }

    /// <summary>The time.</summary>
    protected TimeSpan Now => clock.GetElapsedTime(0);

    /// <summary>
    /// Carries the call from its start to the end of <paramref name="session"/>; <paramref name="stop"/> asks the session to end.
    /// <paramref name="warn"/> gets one line if the client breaks a rule. <paramref name="aborted"/>: the connection is lost, maybe with
    /// much of it still to be read.
    /// </summary>
    public async Task RunAsync(Task<SessionMessages.Ended> session, Action stop, Action<string> warn, CancellationToken aborted)
    {
        await using var losing = aborted.Register(() => _hungUp.TrySetResult(Lost));
        var sending = SendAsync();
        if (await Task.WhenAny(Source.Listening, session).ConfigureAwait(false) == Source.Listening)
        {
            SoundCame();
            await using var watch = clock.CreateTimer(_ => WatchQuiet(), null, quiet / 4, quiet / 4);
            var receiving = ReceiveAsync(stop, warn);
            if (await Task.WhenAny(_hungUp.Task, session).ConfigureAwait(false) == _hungUp.Task)
            {
                Speaker.Close($"The {who} is gone: {await _hungUp.Task.ConfigureAwait(false)}.");
                stop();
            }
            await EndAsync(session, sending, receiving).ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
        }
        else
        {
            OnNotListening();
            await EndAsync(session, sending, _hungUp.Task).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose() => _signal.Dispose();

    /// <summary>
    /// Takes a whole message. <c>Sound</c>: its bytes in the session's sound, for the pace of reading; <c>Breach</c>: the client broke a
    /// rule, and the connection is to be closed.
    /// </summary>
    protected abstract (int Sound, CallBreach? Breach) Take(WebSocketMessageType type, ReadOnlyMemory<byte> message, Action stop);

    /// <summary>Sends the next sound of the assistant; false: none waits.</summary>
    protected abstract ValueTask<bool> SendSoundAsync();

    /// <summary>The session has failed before it listened.</summary>
    protected virtual void OnNotListening()
    {
    }

    /// <summary>The session is over: what is to be said to the client before the connection is closed.</summary>
    protected virtual void OnEnded(ExitKind exit)
    {
    }

    /// <summary>The client sends sound before the session listens.</summary>
    protected virtual bool SpeaksAtOnce => false;

    /// <summary>What the client owes since this time besides sound; null: nothing.</summary>
    protected virtual (TimeSpan Since, string What)? Owed => null;

    /// <summary>Sound of the caller has come.</summary>
    protected void SoundCame() => Volatile.Write(ref _lastSound, Now.Ticks);

    /// <summary>The client has ended the call, in these words.</summary>
    protected void HungUp(string reason) => _hungUp.TrySetResult(reason);

    /// <summary>Sends a text before any sound that waits.</summary>
    protected void Say(ReadOnlyMemory<byte> text)
    {
        if (_texts.Count >= MaxTexts)
        {
            socket.Abort();
            return;
        }
        _texts.Enqueue(text);
        Wake();
    }

    /// <summary>Sends a message; by the writer only.</summary>
    protected ValueTask SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type) =>
        socket.SendAsync(message, type, true, CancellationToken.None);

    /// <summary>There is something to send. One signal is enough for everything that waits.</summary>
    protected void Wake()
    {
        if (_signal.CurrentCount > 0) return;
        try
        {
            _signal.Release();
        }
        catch (ObjectDisposedException)
        {
            // The call is over.
        }
    }

    /// <summary>
    /// Reads a message into a buffer of one byte more than a message may have. A message that is longer is not read to its end; its length
    /// is that of the buffer.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected async ValueTask<(WebSocketMessageType Type, int Length)> ReadAsync(byte[] buffer, CancellationToken cancellation)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length, maxMessage + 1 - length), cancellation).ConfigureAwait(false);
            length += part.Count;
            if (part.EndOfMessage || length > maxMessage) return (part.MessageType, length);
        }
    }

    /// <summary>A buffer for <see cref="ReadAsync"/>, of the shared pool.</summary>
    protected byte[] RentBuffer() => ArrayPool<byte>.Shared.Rent(maxMessage + 1);

    private async Task EndAsync(Task<SessionMessages.Ended> session, Task sending, Task gone)
    {
        var ended = await session.ConfigureAwait(false);
        OnEnded(ended.Exit);
        CloseWith(WebSocketCloseStatus.NormalClosure, "");
        _isOver = true;
        Wake();
        await Task.WhenAny(sending, Task.Delay(CloseLimit, clock)).ConfigureAwait(false);
        // The client's answer to the close frame is read by the reader.
        await Task.WhenAny(gone, Task.Delay(CloseLimit, clock)).ConfigureAwait(false);
        socket.Abort();
        await sending.ConfigureAwait(false);
    }

    private void WatchQuiet()
    {
        if (_isOver) return;
        if (Now - TimeSpan.FromTicks(Volatile.Read(ref _lastSound)) >= quiet) HangUp(NotWithin("no sound came"));
        else if (Owed is var (since, what) && Now - since >= quiet) HangUp(NotWithin(what));
    }

    private CallBreach NotWithin(string what) => new(WebSocketCloseStatus.PolicyViolation, $"{what} for {quiet.TotalSeconds:0} s");

    private async Task ReceiveAsync(Action stop, Action<string> warn)
    {
        var buffer = RentBuffer();
        try
        {
            // What has come while the session was opened is caught up with first.
            var (pace, isSlowed) = (new ReadPace(), false);
            var caughtUp = SpeaksAtOnce ? Now + (Now - _accepted) + Settling : TimeSpan.Zero;
            while (true)
            {
                var (type, length) = await ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false);
                if (type == WebSocketMessageType.Close) break;
                var (sound, breach) = length > maxMessage ? (0, CallBreach.TooLong) : Take(type, buffer.AsMemory(0, length), stop);
                if (breach is not null)
                {
                    warn(breach.Reason);
                    HangUp(breach);
                    await DiscardAsync(buffer).ConfigureAwait(false);
                    return;
                }
                (pace, var wait) = pace.Read(sound, Now);
                if (wait < LongWait) continue;
                if (!isSlowed && Now > caughtUp)
                {
                    warn("it sends faster than a voice and is read at twice that pace");
                    isSlowed = true;
                }
                await Task.Delay(wait, clock).ConfigureAwait(false);
            }
            HungUp(socket.CloseStatusDescription is { Length: > 0 } reason ? reason : "it has closed the connection");
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            HungUp(Lost);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // TCP drops a close frame with the connection while something of the client's is unread.
    private async Task DiscardAsync(byte[] buffer)
    {
        var type = WebSocketMessageType.Binary;
        for (var left = MaxDiscarded; left > 0 && type != WebSocketMessageType.Close;)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false);
            (left, type) = (left - part.Count - 1, part.MessageType);
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync().ConfigureAwait(false);
                while (await SendNextAsync().ConfigureAwait(false))
                {
                }
                if (_close is not var (code, reason) || !_texts.IsEmpty) continue;
                await socket.CloseOutputAsync(code, reason, CancellationToken.None).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            HungUp(Lost);
        }
    }

    // Texts overtake sound: what is to be dropped need not be sent first.
    private async ValueTask<bool> SendNextAsync()
    {
        if (!_texts.TryDequeue(out var text)) return _close is null && await SendSoundAsync().ConfigureAwait(false);
        await SendAsync(text, WebSocketMessageType.Text).ConfigureAwait(false);
        return true;
    }

    private void HangUp(CallBreach breach)
    {
        CloseWith(breach.Code, breach.Reason);
        HungUp(breach.Reason);
    }

    private void CloseWith(WebSocketCloseStatus code, string reason)
    {
        _close ??= (code, reason);
        Wake();
    }
}

/// <summary>The client of a call broke a rule: its connection is closed with this code and reason.</summary>
public sealed record CallBreach(WebSocketCloseStatus Code, string Reason)
{
    /// <summary>A message is longer than allowed.</summary>
    public static CallBreach TooLong { get; } = new(WebSocketCloseStatus.MessageTooBig, "the message is too long");
}
