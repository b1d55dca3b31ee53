using System.Buffers;
using System.Collections.Immutable;
using System.Net.WebSockets;
using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>
/// A telephone call over the WebSocket of a carrier (docs/telephone.md). What was heard is what the carrier's marks say.
/// </summary>
internal sealed class TelephoneCall : SocketCall
{
    private readonly ICarrier _carrier;
    private readonly TelephoneSettings _settings;
    private readonly TimeProvider _clock, _ticker;
    private readonly Action<ReadOnlySpan<byte>> _toSource;
    private readonly ArrayBufferWriter<byte> _message = new(1024); // of the writer
    private CallStart _call = null!; // once it is open
    private LineVoice _voice = null!;
    private CallSpeaker<MarkClock> _speaker = null!;
    private FrameOrder _frames = new();
    private long _unreadable;

    public TelephoneCall(WebSocket socket, ICarrier carrier, TelephoneSettings settings, TimeProvider clock, TimeProvider ticker)
        : base(socket, "caller", CarrierMessage.MaxBytes, settings.Quiet, clock)
    {
        (_carrier, _settings, _clock, _ticker) = (carrier, settings, clock, ticker);
        Source = new SocketSource(() => { }, _ => { });
        _toSource = Source.Add;
    }

    /// <inheritdoc/>
    public override SocketSource Source { get; }

    /// <inheritdoc/>
    public override ICallSpeaker Speaker => _speaker;

    /// <summary>How the sound of the session is coded, once the call is open.</summary>
    public SoundFormat Format => _voice.Format;

    /// <summary>The keys of the caller's telephone.</summary>
    public Keypad Keypad { get; } = new();

    /// <summary>What was lost on the way here, for the log; null: nothing.</summary>
    public string? Losses => _frames is { LostMs: 0, Dropped: 0 } && _unreadable == 0 ? null
        : $"{_frames.LostMs} ms of the caller's sound did not come, {_frames.Dropped} frames came twice or too late, "
        + $"{_unreadable} were unreadable";

    /// <summary>Reads up to the message with which the call begins. <c>Breach</c>: why it does not, if there is no call.</summary>
    public async Task<(CallStart? Call, CallBreach Breach)> OpenAsync(CancellationToken cancellation)
    {
        var buffer = RentBuffer();
        try
        {
            for (var messages = 0; messages < 8; messages++)
            {
                var (type, length) = await ReadAsync(buffer, cancellation).ConfigureAwait(false);
                if (type == WebSocketMessageType.Close) return (null, NoStart);
                switch (Read(type, buffer.AsMemory(0, length)))
                {
                    case CarrierMessage.Started { Call: var call }:
                        Open(call);
                        return (call, NoStart);
                    case CarrierMessage.Invalid { Breach: var breach }:
                        return (null, breach);
                    case CarrierMessage.Stopped:
                        return (null, NoStart);
                }
            }
            return (null, NoStart);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            return (null, NoStart);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    protected override bool SpeaksAtOnce => true;

    /// <inheritdoc/>
    protected override (TimeSpan Since, string What)? Owed =>
        _speaker.Playout.OwedSince is { } since ? (since, "no mark came back") : null;

    /// <inheritdoc/>
    protected override (int Sound, CallBreach? Breach) Take(WebSocketMessageType type, ReadOnlyMemory<byte> message, Action stop)
    {
        switch (Read(type, message))
        {
            case CarrierMessage.Sound { Frame: var frame } sound when IsOurs(sound.Stream):
                (_frames, var ready) = _frames.Add(frame);
                Hear(ready);
                return (frame.Sound.Length * LineVoice.PcmBytesPerByte, null);
            case CarrierMessage.Mark { Name: var name } mark when IsOurs(mark.Stream):
                CameBack(name);
                break;
            case CarrierMessage.Key { Digit: var digit } key when IsOurs(key.Stream):
                Keypad.Press(digit);
                break;
            case CarrierMessage.Unreadable:
                _unreadable++;
                break;
            case CarrierMessage.Stopped:
                (_frames, var rest) = _frames.End();
                Hear(rest);
                HungUp("the call is over");
                break;
            case CarrierMessage.Started { Call: var call } when call.Stream != _call.Stream:
                return (0, new CallBreach(WebSocketCloseStatus.PolicyViolation, "a second stream was started"));
            case CarrierMessage.Invalid { Breach: var breach }:
                return (0, breach);
        }
        return (0, null);
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> SendSoundAsync()
    {
        if (!_speaker.TryTake(out var block)) return false;
        try
        {
            _message.ResetWrittenCount();
            _carrier.WriteSound(_call, _voice.ToLine(block.Sound.Span, block.Playout.IsFirst), _message);
            await SendAsync(_message.WrittenMemory, WebSocketMessageType.Text).ConfigureAwait(false);
            _message.ResetWrittenCount();
            _carrier.WriteMark(_call, block.Playout.Mark, _message);
            await SendAsync(_message.WrittenMemory, WebSocketMessageType.Text).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block.Bytes);
        }
        return true;
    }

    private static CallBreach NoStart { get; } = new(WebSocketCloseStatus.PolicyViolation, "no start came");

    // Carriers send texts only.
    private CarrierMessage Read(WebSocketMessageType type, ReadOnlyMemory<byte> message) =>
        message.Length > CarrierMessage.MaxBytes ? new CarrierMessage.Invalid(CallBreach.TooLong)
        : type == WebSocketMessageType.Text ? _carrier.Read(message)
        : CarrierMessage.Invalid.Of("a carrier sends texts");

    private void Open(CallStart call)
    {
        var line = call.Law == G711Law.MuLaw ? SoundFormat.MuLaw : SoundFormat.ALaw;
        (_call, _voice) = (call, LineVoice.Of(line, passThrough: _settings.PassThrough.Contains(line)));
        _speaker = new CallSpeaker<MarkClock>(new MarkClock(Format), Format, _settings.Ahead, _clock, _ticker, Wake, SayClear);
    }

    private bool IsOurs(string? stream) => stream is null || stream == _call.Stream;

    private void Hear(ImmutableArray<OrderedFrame> frames)
    {
        foreach (var frame in frames)
        {
            if (frame.LostMs > 0) _voice.Silence(frame.LostMs, _toSource);
            _voice.FromLine(frame.Sound.Span, _toSource);
            SoundCame();
        }
    }

    private void CameBack(string mark) => _speaker.Report((playout, now) => playout.Return(mark, now));

    private void SayClear()
    {
        var text = new ArrayBufferWriter<byte>(128);
        _carrier.WriteClear(_call, text);
        Say(text.WrittenMemory);
    }
}
