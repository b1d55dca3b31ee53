using System.Runtime.InteropServices;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>
/// SIGINT (Ctrl-C) and SIGTERM: the first ends the session gracefully, the second at once. SIGXFSZ is ignored, so that a write beyond
/// the file size limit fails like any other.
/// </summary>
internal sealed class Signals : IDisposable
{
    // SIGXFSZ on Linux and macOS; PosixSignal has no name for it.
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    // Never disposed: the runtime handles a signal some time after the write that caused it.
    private static PosixSignalRegistration? _fileLimit;

    // Of a command that a signal has ended: a further signal may come before the process is gone, and must not change its exit code.
    private static PosixSignalRegistration[] _ending = [];

    // Not disposed, as they hold nothing that has to be: a signal may be on its way at any time.
    private readonly CancellationTokenSource _stop = new(), _abandon = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _isOver, _isSignalled;

    public Signals()
    {
        Release(Interlocked.Exchange(ref _ending, []));
        _registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, On), PosixSignalRegistration.Create(PosixSignal.SIGTERM, On)];
        if (!OperatingSystem.IsWindows()) _fileLimit ??= PosixSignalRegistration.Create(FileTooLarge, context => context.Cancel = true);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Abandon => _abandon.Token;

    /// <summary>As the first signal; no effect after it.</summary>
    public void End() => _stop.Cancel();

    /// <summary>The command is over. If a signal has ended it, so does the process: at a further signal at once.</summary>
    public void Dispose()
    {
        _isOver = true;
        if (_isSignalled) Release(Interlocked.Exchange(ref _ending, _registrations));
        else Release(_registrations);
    }

    private static void Release(PosixSignalRegistration[] registrations)
    {
        foreach (var registration in registrations) registration.Dispose();
    }

    private void On(PosixSignalContext context)
    {
        context.Cancel = true;
        _isSignalled = true;
        if (_isOver) Environment.Exit((int)ExitKind.Interrupted);
        if (_stop.IsCancellationRequested) _abandon.Cancel();
        else _stop.Cancel();
    }
}

internal static class Cancellation
{
    /// <summary>Completes when the token is cancelled.</summary>
    public static Task WhenCancelled(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
