using RealtimeAkka.Actors.Playback;

namespace RealtimeAkka.Pure.Tests.Playback;

public class BlockWriterTests
{
    private static readonly PlaybackBlock First = new(1, new byte[2]), Second = new(2, new byte[2]);

    private readonly List<Task> _awaited = [];
    private readonly BlockWriter _writer;
    private readonly HeldSpeaker _speaker = new();

    public BlockWriterTests() => _writer = new BlockWriter(_awaited.Add);

    [Fact]
    public void A_block_is_written_and_awaited_once_however_often_it_is_asked_for()
    {
        var write = _writer.Write(_speaker, First);
        Assert.Same(write, _writer.Write(_speaker, First));
        Assert.Same(write, Assert.Single(_awaited));

        _speaker.Writes[0].Promise.SetResult(true);
        Assert.Same(write, _writer.Write(_speaker, First));
        Assert.NotSame(write, _writer.Write(_speaker, Second));

        Assert.Equal(2, _speaker.Writes.Count);
        Assert.Equal(2, _awaited.Count);
    }

    [Fact]
    public void A_block_that_is_taken_at_once_is_not_awaited()
    {
        _speaker.TakesAtOnce = true;
        Assert.True(_writer.Write(_speaker, First).IsCompletedSuccessfully);
        Assert.Empty(_awaited);
    }

    [Fact]
    public void A_withdrawn_block_is_cancelled_and_the_next_is_not()
    {
        _writer.Write(_speaker, First);
        _writer.Write(_speaker, First with { IsWithdrawn = true });
        Assert.True(_speaker.Writes[0].Cancellation.IsCancellationRequested);
        _writer.Write(_speaker, Second);
        Assert.False(_speaker.Writes[1].Cancellation.IsCancellationRequested);
    }

    [Fact]
    public void A_block_that_was_withdrawn_before_its_write_began_begins_cancelled()
    {
        _writer.Write(_speaker, First with { IsWithdrawn = true });
        Assert.True(_speaker.Writes[0].WasCancelled);
    }

    [Fact]
    public void A_speaker_that_throws_is_one_that_fails()
    {
        _speaker.Throws = true;
        Assert.IsType<IOException>(_writer.Write(_speaker, First).Exception?.GetBaseException());
    }

    [Fact]
    public void What_was_discarded_is_added_up()
    {
        Assert.Equal(10, _writer.Discard(_speaker));
        Assert.Equal(20, _writer.Discard(_speaker));
    }

    private sealed class HeldSpeaker : ISpeaker
    {
        public List<(TaskCompletionSource<bool> Promise, CancellationToken Cancellation, bool WasCancelled)> Writes { get; } = [];

        public bool TakesAtOnce { get; set; }

        public bool Throws { get; set; }

        public TimeSpan Latency => TimeSpan.Zero;

        public TimeSpan Left => TimeSpan.Zero;

        public Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
        {
            if (Throws) throw new IOException("disk full");
            Writes.Add((new TaskCompletionSource<bool>(), cancellation, cancellation.IsCancellationRequested));
            if (TakesAtOnce) Writes[^1].Promise.SetResult(true);
            return Writes[^1].Promise.Task;
        }

        public long Discard() => 10;
    }
}
