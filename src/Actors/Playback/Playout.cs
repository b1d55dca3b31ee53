using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// The assistant's voice on its way through the speaker: what is written next, when a response ends and how much of it was heard, and
/// when the microphone would hear it. All changes since the last <see cref="Checkpoint"/> can be undone.
/// </summary>
/// <param name="queue">The audio that waits; checkpoints and rollbacks include it.</param>
/// <param name="mutes">The microphone is muted while it would hear the speaker.</param>
/// <param name="echoTail">Time until the echo of a sample that was heard has died away.</param>
/// <param name="format">The format of the session.</param>
public sealed class Playout(PlaybackQueue queue, bool mutes, TimeSpan echoTail, SoundFormat format)
{
    // A timer is late by one to two ticks of the actor system's scheduler. Should it be in time, what is left is waited for.
    private static readonly TimeSpan TimerTick = TimeSpan.FromMilliseconds(10);

    private State _state = new() { HandedOver = [] }, _checkpoint = new() { HandedOver = [] };

    private enum Output
    {
        Speaker,
        Away, // the speaker is a device that is lost: audio waits
        GivenUp, // until it is known what the device has taken
        Fallback,
    }

    /// <summary>The block that the speaker has not taken yet; null: there is none.</summary>
    public PlaybackBlock? Block => _state.Block;

    /// <summary>The device is given up, and its fallback takes its place.</summary>
    public bool UsesFallback => _state.Output == Output.Fallback;

    /// <summary>Bytes heard, and bytes lost because the queue was full, in total.</summary>
    public PlaybackMessages.Report Total => new(_state.Heard, queue.Lost);

    /// <summary>Audio arrived; its bytes are copied.</summary>
    public PlayoutDecision? Add(ResponseId response, ItemId item, ReadOnlySpan<byte> sound)
    {
        if (queue.Add(response, item, sound) || _state.LossReported == response) return null;
        _state.LossReported = response;
        return new PlayoutDecision.ReportLoss(response);
    }

    /// <summary>Audio was lost before it could be added.</summary>
    public void Lose(int bytes) => queue.Lose(bytes);

    /// <summary>No more audio of this response will be added.</summary>
    public PlayoutDecision? Finish(ResponseId response)
    {
        queue.Finish(response);
        return null;
    }

    /// <summary>The audio of this response so far is complete. If nothing follows, its end is an end for the microphone too.</summary>
    public PlayoutDecision? Pause(ResponseId response)
    {
        queue.Pause(response);
        return null;
    }

    /// <summary>No more of this response is to be heard.</summary>
    public PlayoutDecision? Stop(ResponseId response)
    {
        queue.Drop(response);
        if (_state.Current != response) return End(response, unheard: 0);
        if (_state.Block is not { } block) return new PlayoutDecision.Discard(response, NotTaken: 0);
        // The block that waits for room would still be heard; whether it was is known when the write ends.
        _state.Block = block with { IsWithdrawn = true };
        return null;
    }

    /// <summary>What is to be done next; null: nothing until something happens.</summary>
    /// <param name="latency">Of the speaker.</param>
    public PlayoutDecision? Next(TimeSpan latency)
    {
        if (_state.PlayedOut > 0)
        {
            _state.PlayedOut--;
            return End(_state.HandedOver[0], unheard: 0);
        }
        if (mutes && _state.IsMuted != _state.IsAudible)
        {
            _state.IsMuted = _state.IsAudible;
            return _state.IsMuted ? PlayoutDecision.Mute.On : PlayoutDecision.Mute.Off;
        }
        if (_state is { Failure: { } cause, IsFailureReported: false })
        {
            _state.IsFailureReported = true;
            return new PlayoutDecision.ReportFailure(cause);
        }
        if (_state.Block is not null) return PlayoutDecision.Write.Signal;
        // Nothing is handed to a device that is away: what it takes counts as heard.
        if (_state.Output == Output.Away) return null;
        switch (queue.Next())
        {
            case { IsPause: true, Response: var paused }:
                if (_state.Current == paused) _state.IsUnfinished = false;
                return Next(latency);
            case { IsEnd: false, Block: var sound, Response: var response }:
                (_state.Current, _state.IsUnfinished, _state.IsAudible) = (response, true, true);
                _state.Block = new PlaybackBlock(++_state.Blocks, sound);
                return Next(latency); // the microphone is muted before the first sample
            case { IsEnd: true, Response: var ended }:
                if (_state.Current == ended) _state.IsUnfinished = false;
                if (!_state.HandedOver.Contains(ended)) _state.HandedOver = _state.HandedOver.Add(ended);
                // Handed over is not yet heard: the device is behind by its latency.
                return new PlayoutDecision.AwaitPlayout(ended, latency);
            default:
                return _state is { IsMuted: true, IsUnfinished: false } ? new PlayoutDecision.AwaitEcho(Sooner(latency + echoTail)) : null;
        }
    }

    /// <summary>
    /// The write of the block has ended. A block that was not taken is not heard; after a <paramref name="failure"/>, later blocks are
    /// tried all the same, and the transcript is published.
    /// </summary>
    public PlayoutDecision? Taken(bool isTaken, Exception? failure)
    {
        _state.Failure ??= failure;
        if (_state.Block is not { } block) return null;
        _state.Block = null;
        var bytes = isTaken ? block.Sound.Length : 0;
        _state.Heard += bytes;
        if (_state.Current is not { } current) return null;
        if (block.IsWithdrawn) return new PlayoutDecision.Discard(current, block.Sound.Length - bytes);
        if (!isTaken) queue.NotHeard(current, block.Sound.Length);
        return null;
    }

    /// <summary>The speaker was silenced.</summary>
    /// <param name="of">What asked for it.</param>
    /// <param name="total">Bytes discarded so far: a sum, since a step that is undone does not undo the discarding.</param>
    public PlayoutDecision Discarded(PlayoutDecision.Discard of, long total)
    {
        var unheard = total - _state.Discarded;
        _state.Discarded = total;
        _state.Heard -= unheard;
        _state.IsUnfinished = false;
        if (_state.Output == Output.GivenUp) _state.Output = Output.Fallback;
        return End(of.Response, unheard + of.NotTaken);
    }

    /// <summary>
    /// The end of a response should have been heard by now, and with it those before it: timers that are due together may come in
    /// any order.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <param name="left">Time until the speaker has played all it took: a device that is late is checked again.</param>
    public PlayoutDecision? PlayedOut(ResponseId response, TimeSpan left)
    {
        var before = _state.HandedOver.IndexOf(response);
        if (before < 0) return null;
        if (before == _state.HandedOver.Length - 1)
        {
            // The last one does not end while the device is away: the time begins again when it is back.
            if (_state.Output == Output.Away) return null;
            if (left > TimeSpan.Zero) return new PlayoutDecision.AwaitPlayout(response, left);
        }
        _state.PlayedOut = before;
        return End(_state.HandedOver[0], unheard: 0);
    }

    /// <summary>The echo of the last sample should have died away by now.</summary>
    /// <param name="left">As in <see cref="PlayedOut"/>.</param>
    public PlayoutDecision? EchoGone(TimeSpan left)
    {
        if (left + echoTail > TimeSpan.Zero) return new PlayoutDecision.AwaitEcho(left + echoTail);
        _state.IsAudible = false;
        return null;
    }

    /// <summary>The device is away: there is no echo.</summary>
    public PlayoutDecision? Lost()
    {
        if (_state.Output == Output.Speaker) (_state.Output, _state.IsAudible) = (Output.Away, false);
        return null;
    }

    /// <summary>The device is back, and plays on.</summary>
    public PlayoutDecision? Recovered(TimeSpan latency)
    {
        if (_state.Output != Output.Away) return null;
        _state.Output = Output.Speaker;
        if (_state.IsUnfinished || !_state.HandedOver.IsEmpty) _state.IsAudible = true;
        return _state.HandedOver is [.., var last] ? new PlayoutDecision.AwaitPlayout(last, latency) : null;
    }

    /// <summary>
    /// The device is given up: the response being played ends where the device left it, and later audio goes to the fallback.
    /// </summary>
    public PlayoutDecision? Abandoned()
    {
        _state.Output = _state.Current is null ? Output.Fallback : Output.GivenUp;
        return _state.Current is { } current ? Stop(current) : null;
    }

    /// <summary>Makes all changes final.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        queue.Checkpoint();
    }

    /// <summary>Undoes all changes since <see cref="Checkpoint"/>.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        queue.Rollback();
    }

    private static TimeSpan Sooner(TimeSpan wait) => wait > TimerTick ? wait - TimerTick : TimeSpan.Zero;

    private PlayoutDecision.Report End(ResponseId response, long unheard)
    {
        _state.HandedOver = _state.HandedOver.Remove(response);
        var end = queue.Close(response, unheard);
        return new PlayoutDecision.Report(
            new PlaybackFacts.Ended(response, end.Item, format.Duration(end.Bytes), format.Duration(end.InAll))
            { Unheard = format.Duration(end.Dropped) });
    }

    private record struct State
    {
        public Output Output;
        public PlaybackBlock? Block;
        public long Blocks;
        public ResponseId? Current; // the response of the last block
        public bool IsUnfinished; // more of it is to come, as far as known: a gap in it is no end
        public ImmutableArray<ResponseId> HandedOver; // to their ends, oldest first; those may not have been heard yet
        public int PlayedOut; // of these, so many more are to be reported
        public bool IsAudible; // the microphone would hear the speaker or its echo
        public bool IsMuted; // the microphone knows
        public ResponseId? LossReported;
        public Exception? Failure; // the first one
        public bool IsFailureReported;
        public long Heard;
        public long Discarded; // accounted for in what was heard
    }
}
