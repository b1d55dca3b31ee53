using System.Diagnostics;

namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>
/// The maximum scheduling delay of this machine while this object exists: below 1 ms on an idle machine. On a busy one no program can
/// react faster.
/// </summary>
internal sealed class MachineDelay : IDisposable
{
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(5);

    private readonly Thread _napper;
    private long _longest;
    private volatile bool _ended;

    public MachineDelay()
    {
        _napper = new Thread(Doze) { IsBackground = true };
        _napper.Start();
    }

    /// <summary>The maximum so far, in ms.</summary>
    public double Longest => TimeSpan.FromTicks(Volatile.Read(ref _longest)).TotalMilliseconds;

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        _napper.Join();
    }

    private void Doze()
    {
        while (!_ended)
        {
            var asleep = Stopwatch.GetTimestamp();
            Thread.Sleep(Nap);
            Volatile.Write(ref _longest, Math.Max(_longest, (Stopwatch.GetElapsedTime(asleep) - Nap).Ticks));
        }
    }
}
