using RealtimeAkka.Actors.Mic;


namespace RealtimeAkka.Hosting.Commands;

/// <summary>Enter on a terminal: push to talk.</summary>
internal sealed class EnterKey(Stream terminal) : IPushToTalkKey
{
    private readonly byte[] _typed = new byte[256];

    /// <inheritdoc/>
    public Task<bool> PressedAsync() =>
        Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // Reading a terminal blocks the thread until a line is typed; only the end of the process ends it earlier.
    private bool Read()
    {
        for (int count; (count = terminal.Read(_typed)) > 0;)
        {
            if (_typed.AsSpan(0, count).Contains((byte)'\n')) return true;
        }
        return false;
    }
}
