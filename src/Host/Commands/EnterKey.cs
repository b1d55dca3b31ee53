using RealtimeAkka.Actors;

namespace RealtimeAkka.Host.Commands;

/// <summary>Enter on a terminal: push to talk.</summary>
internal sealed class EnterKey(Stream terminal) : ITalkKey
{
    private readonly byte[] _typed = new byte[256];

    /// <inheritdoc/>
    public Task<bool> PressedAsync() => Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // A read of a terminal keeps its thread until a line is there, and nothing but the end of the process ends it before.
    private bool Read()
    {
        for (int count; (count = terminal.Read(_typed)) > 0;)
        {
            if (_typed.AsSpan(0, count).Contains((byte)'\n')) return true;
        }
        return false;
    }
}
