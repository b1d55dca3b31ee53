using System.Text;
using RealtimeAkka.Hosting.Live;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Live;

/// <summary>The thread that draws: what it writes, and that nobody waits for it.</summary>
public sealed class LiveScreenTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task It_takes_the_terminal_shows_each_change_and_gives_the_terminal_back()
    {
        var terminal = new Terminal();
        var screen = new LiveScreen(terminal, () => (80, 24), LiveCall.Begun, colors: true, TimeProvider.System);
        await terminal.ReadUntilAsync("connected");
        await screen.WriteAsync(LiveCall.Turn(1, "Hello there.", "Hello there", Verdict.Agreed));
        await terminal.ReadUntilAsync("Hello there.");

        Assert.True(await screen.CloseAsync());
        Assert.StartsWith(LiveTerminal.Enter, terminal.Written, StringComparison.Ordinal);
        Assert.EndsWith(LiveTerminal.Leave, terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_size_draws_everything_anew()
    {
        var (terminal, size) = (new Terminal(), (Width: 80, Height: 24));
        await using var screen = new LiveScreen(terminal, () => size, LiveCall.Begun, colors: true, TimeProvider.System);
        await terminal.ReadUntilAsync("\e[24;1H");
        size = (40, 12);
        await terminal.ReadUntilAsync("\e[0m\e[2J\e[1;1H", after: "\e[24;1H");
    }

    [Fact]
    public async Task A_terminal_that_takes_nothing_delays_nobody()
    {
        var terminal = new Terminal();
        terminal.Block();
        var screen = new LiveScreen(terminal, () => (80, 24), LiveCall.Begun, colors: true, TimeProvider.System);
        await terminal.IsStuck.WaitAsync(Limit);

        for (var n = 1; n <= 5_000; n++)
        {
            var written = screen.WriteAsync(LiveCall.Turn(n, "Hello.", "Hello", Verdict.Agreed));
            Assert.True(written.IsCompletedSuccessfully);
            screen.ShowLevel(0.1);
            screen.ShowWords(new ResponseId("r"), "words");
        }
        Assert.Equal(5_000, screen.View.TurnCount);
        Assert.False(await screen.CloseAsync());

        terminal.Unblock(); // the latest state wins: what was missed is not written
        await terminal.ReadUntilAsync(LiveTerminal.Leave);
        Assert.True(terminal.Written.Length < 50_000, $"{terminal.Written.Length} characters");
    }

    [Fact]
    public async Task A_terminal_that_is_gone_ends_the_view_only()
    {
        var terminal = new Terminal();
        var screen = new LiveScreen(terminal, () => (80, 24), LiveCall.Begun, colors: true, TimeProvider.System);
        await terminal.ReadUntilAsync("connected");
        terminal.Break();
        await screen.WriteAsync(LiveCall.Turn(1, "Hello.", "Hello", Verdict.Agreed));

        Assert.True(await screen.CloseAsync());
        Assert.Equal(1, screen.View.TurnCount);
    }

    /// <summary>A terminal's output, which a test reads, blocks or breaks.</summary>
    private sealed class Terminal : MemoryStream
    {
        private readonly StringBuilder _written = new();
        private readonly ManualResetEventSlim _isOpen = new(true);
        private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isBroken;
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsStuck => _stuck.Task;

        public string Written
        {
            get
            {
                lock (_written) return _written.ToString();
            }
        }

        public void Block() => _isOpen.Reset();

        public void Unblock() => _isOpen.Set();

        public void Break() => _isBroken = true;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_isBroken) throw new IOException("gone");
            if (!_isOpen.IsSet) _stuck.TrySetResult();
            _isOpen.Wait();
            lock (_written)
            {
                _written.Append(Encoding.UTF8.GetString(buffer));
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public async Task ReadUntilAsync(string text, string after = "")
        {
            while (true)
            {
                Task changed;
                lock (_written)
                {
                    var written = _written.ToString();
                    var from = written.IndexOf(after, StringComparison.Ordinal);
                    if (from >= 0 && written.IndexOf(text, from, StringComparison.Ordinal) >= 0) return;
                    changed = _changed.Task;
                }
                await changed.WaitAsync(Limit);
            }
        }
    }
}
