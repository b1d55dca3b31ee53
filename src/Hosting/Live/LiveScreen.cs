using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using Serilog.Core;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Live;

/// <summary>
/// Shows the latest <see cref="LiveView"/> on the terminal, at most ten times a second, from a thread of its own. What happens meanwhile
/// only replaces the view: a terminal that takes nothing delays nobody, and what it misses it does not need.
/// </summary>
public sealed class LiveScreen : IRecordSink, ISessionDisplay, ILogEventSink, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100), FadesAfter = TimeSpan.FromSeconds(1);

    // A terminal that has not taken a frame for so long is not read by anybody.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private const int StopOnLinux = 19, StopOnMacOS = 17; // SIGSTOP

    private readonly Stream _terminal;
    private readonly TimeProvider _clock;
    private readonly Func<(int Width, int Height)> _size;
    private readonly bool _colors;
    private readonly long _began;
    private readonly ManualResetEventSlim _isClosing = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _signals;
    private readonly EventHandler _atExit;
    private readonly Lock _writing = new();
    private LiveView _view;
    private bool _isEntered; // under the lock, as is what is shown
    private ImmutableArray<string>? _shown;
    private volatile bool _isSuspended; // by Ctrl-Z

    /// <summary>Takes over the terminal.</summary>
    /// <param name="terminal">The terminal's output.</param>
    /// <param name="size">Its size now; it may be wrong.</param>
    /// <param name="view">What is shown first.</param>
    /// <param name="colors">Colours may be used.</param>
    /// <param name="clock">The time.</param>
    public LiveScreen(Stream terminal, Func<(int Width, int Height)> size, LiveView view, bool colors, TimeProvider clock)
    {
        (_terminal, _size, _view, _colors, _clock, _began) = (terminal, size, view, colors, clock, clock.GetTimestamp());
        _signals = OperatingSystem.IsWindows() ? []
            : [PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _isSuspended = false)]; // the next frame takes the terminal again
        _atExit = (_, _) => TryLeave(CloseLimit);
        AppDomain.CurrentDomain.ProcessExit += _atExit;
        new Thread(Draw) { IsBackground = true, Name = "live view" }.Start();
    }

    /// <inheritdoc/>
    public string Name => "live";

    /// <summary>What is shown.</summary>
    public LiveView View => Volatile.Read(ref _view);

    /// <summary>Time since the terminal was taken over.</summary>
    public TimeSpan Now => _clock.GetElapsedTime(_began);

    /// <summary>Replaces the view by what <paramref name="change"/> makes of it, which may be called again.</summary>
    public void Change(Func<LiveView, LiveView> change)
    {
        LiveView before, after;
        do
        {
            before = View;
            after = change(before);
        }
        while (Interlocked.CompareExchange(ref _view, after, before) != before);
    }

    /// <inheritdoc/>
    public Task WriteAsync(SessionRecord record)
    {
        var now = Now;
        Change(view => view.With(record, now));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void ShowLevel(double level)
    {
        var now = Now;
        Change(view => view.WithLevel(level, now));
    }

    /// <inheritdoc/>
    public void ShowMute(MuteReasons reasons) => Change(view => view.WithMute(reasons));

    /// <inheritdoc/>
    public void ShowDevice(string name) => Change(view => view.WithDevice(name));

    /// <inheritdoc/>
    public void ShowWords(ResponseId response, string words) => Change(view => view.WithWords(response, words));

    /// <inheritdoc/>
    public void ShowCosts(LedgerMessages.Totals totals) => Change(view => view.WithCosts(totals));

    /// <summary>A line of the log, for those who see nothing else of it.</summary>
    public void Emit(LogEvent logEvent)
    {
        var level = logEvent.Level switch
        {
            >= LogEventLevel.Error => NoticeLevel.Error, LogEventLevel.Warning => NoticeLevel.Warning, _ => NoticeLevel.Info,
        };
        var (now, text) = (Now, logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
        Change(view => view.With(level, text, now));
    }

    /// <summary>Gives the terminal back as it was. False: it takes nothing any more, so that cannot be done.</summary>
    public async Task<bool> CloseAsync()
    {
        _isClosing.Set();
        await Task.WhenAny(_left.Task, Task.Delay(CloseLimit)).ConfigureAwait(false);
        if (_left.Task.IsCompleted) AppDomain.CurrentDomain.ProcessExit -= _atExit;
        foreach (var signal in _signals) signal.Dispose();
        return _left.Task.IsCompleted;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private void Draw()
    {
        try
        {
            var last = (View: (LiveView?)null, Size: default((int Width, int Height)), Second: 0L);
            do
            {
                var now = Now;
                var (width, height) = _size();
                var next = (View: (LiveView?)View, Size: LiveTerminal.Size(width, height, last.Size), Second: (long)now.TotalSeconds);
                var fades = now - next.View!.Loudness.At < FadesAfter;
                if (next != last || fades || !_isEntered) Show(next.View, next.Size, isNewSize: next.Size != last.Size, now);
                last = next;
            }
            while (!_isClosing.Wait(Pause));
            lock (_writing) LeaveNow();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The terminal is gone, or this is a defect: the session goes on and is recorded.
            Serilog.Log.Logger.ForContext("Actor", "live").Error(e, "The live view failed: {Reason:l}", e.Message);
            TryLeave(CloseLimit);
        }
        _left.TrySetResult();
    }

    private void Show(LiveView view, (int Width, int Height) size, bool isNewSize, TimeSpan now)
    {
        var lines = LiveLayout.Lines(view, size.Width, size.Height, _colors, now);
        lock (_writing)
        {
            var change = LiveTerminal.Change(_isEntered && !isNewSize ? _shown : null, lines);
            if (change.Length == 0 || _isSuspended) return;
            Write(_isEntered ? change : LiveTerminal.Enter + change);
            (_isEntered, _shown) = (true, lines);
        }
    }

    // The runtime does not stop a process that handles this signal.
    private void Suspend(PosixSignalContext context)
    {
        (context.Cancel, _isSuspended) = (true, true);
        TryLeave(CloseLimit);
        _ = kill(Environment.ProcessId, OperatingSystem.IsMacOS() ? StopOnMacOS : StopOnLinux);
    }

    // From another thread than the drawing one, which may be stuck in a write.
    private void TryLeave(TimeSpan limit)
    {
        if (!_writing.TryEnter(limit)) return;
        try
        {
            LeaveNow();
        }
        catch (IOException)
        {
            // The terminal is gone.
        }
        finally
        {
            _writing.Exit();
        }
    }

    private void LeaveNow()
    {
        if (_isEntered) Write(LiveTerminal.Leave);
        (_isEntered, _shown) = (false, null);
    }

    private void Write(string text)
    {
        _terminal.Write(Encoding.UTF8.GetBytes(text));
        _terminal.Flush();
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
