using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>A task that fails on the first turn.</summary>
public sealed class BrokenTask(TaskSettings settings) : TaskActor(settings)
{
    /// <inheritdoc/>
    protected override void Hear(TurnRecord turn)
    {
        if (turn.Turn == 1) throw new InvalidOperationException("a task that is broken");
    }
}

/// <summary>A task that never completes.</summary>
public sealed class EndlessTask : TaskActor
{
    /// <summary>Created by its station.</summary>
    public EndlessTask(TaskSettings settings) : base(settings) => Become(() => ReceiveAny(_ => { }));
}

/// <summary>A prompt that reports a problem.</summary>
internal sealed class BrokenPrompt : IPromptSource
{
    /// <inheritdoc/>
    public (Prompt Prompt, Notice? Problem) Read() =>
        (Prompt.Of("Do it."), new Notice(NoticeLevel.Warning, "prompt_broken", "It is broken."));
}

/// <summary>An action that never completes.</summary>
internal sealed class Never : IAction
{
    /// <inheritdoc/>
    public async Task<string> RunAsync(string id, string json, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
        return "";
    }
}

/// <summary>A source with asynchronous reads.</summary>
internal sealed class SlowSource(IAudioSource source) : IPullAudioSource
{
    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        await Task.Yield();
        return await ((IPullAudioSource)source).ReadAsync(frame, cancellation).ConfigureAwait(false);
    }
}

/// <summary>A speaker that fails on its third block.</summary>
internal sealed class HoarseSpeaker(ISpeaker speaker) : ISpeaker
{
    private int _blocks;

    /// <inheritdoc/>
    public TimeSpan Latency => speaker.Latency;

    /// <inheritdoc/>
    public TimeSpan Left => speaker.Left;

    /// <inheritdoc/>
    public Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation) =>
        ++_blocks == 3 ? Task.FromException<bool>(new IOException("hoarse")) : speaker.WriteAsync(block, cancellation);

    /// <inheritdoc/>
    public long Discard() => speaker.Discard();
}

/// <summary>A sink that fails once, on its second record.</summary>
internal sealed class FailingSink : IRecordSink
{
    private int _writes;

    /// <inheritdoc/>
    public string Name => "failing";

    /// <inheritdoc/>
    public async Task WriteAsync(SessionRecord record)
    {
        await Task.Yield();
        if (++_writes == 2) throw new IOException("The disk is full.");
    }
}

/// <summary>A sink whose destination is gone.</summary>
internal sealed class ClosedSink : IRecordSink
{
    /// <inheritdoc/>
    public string Name => "closed";

    /// <inheritdoc/>
    public Task WriteAsync(SessionRecord record) => throw new SinkClosedException("The reader has gone.");
}

/// <summary>A sink that never completes its first write.</summary>
internal sealed class StuckSink : IRecordSink
{
    /// <inheritdoc/>
    public string Name => "stuck";

    /// <inheritdoc/>
    public Task WriteAsync(SessionRecord record) => Task.Delay(Timeout.Infinite);
}
