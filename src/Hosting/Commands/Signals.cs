using System.Runtime.InteropServices;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>
/// SIGINT (Ctrl-C) and SIGTERM: the first ends the session gracefully, the second at once. SIGXFSZ is ignored, so that a write beyond
/// the file size limit fails like any other.
/// </summary>
internal sealed class Signals : IDisposable
{
    // SIGXFSZ on Linux and macOS; PosixSignal has no name for it.
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();
    // Never disposed: the runtime handles a signal some time after the write that caused it.
    private static PosixSignalRegistration? _fileLimit;

    private readonly PosixSignalRegistration[] _registrations;

    public Signals()
    {
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

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
        _abandon.Dispose();
    }

    private void On(PosixSignalContext context)
    {
        context.Cancel = true;
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
