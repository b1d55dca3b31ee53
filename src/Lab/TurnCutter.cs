using System.Collections.Immutable;

namespace RealtimeAkka.Lab;

/// <summary>One turn in a recording, in samples.</summary>
/// <param name="From">Its first sample.</param>
/// <param name="To">Behind its last sample.</param>
public readonly record struct TurnSpan(long From, long To);

/// <summary>
/// Finds the turns of a recording by its pauses, as voice activity detection does. It is done before anything is sent: a recording with
/// another number of turns than the golden set describes costs nothing, and a turn is never compared with the words of another one.
/// </summary>
/// <param name="threshold">The activation threshold of <c>server_vad</c>, 0 to 1: louder than -60 dBFS + 40 dB of it is speech.</param>
/// <param name="pause">Samples of quiet that end a turn.</param>
/// <param name="silence">Samples of them that belong to the turn.</param>
/// <param name="padding">Samples before the speech that belong to the turn.</param>
public sealed class TurnCutter(double threshold, long pause, long silence, long padding)
{
    /// <summary>Samples of a window, whose loudness is measured as a whole: 20 ms at 24 kHz.</summary>
    public const int Window = 480;

    // Three windows in a row are speech; a click is shorter.
    private const int WindowsToStart = 3;

    private readonly double _level = Math.Pow(10, (-60 + 40 * threshold) / 20);
    private readonly ImmutableArray<TurnSpan>.Builder _turns = ImmutableArray.CreateBuilder<TurnSpan>();
    private long _samples, _lastLoudEnd;
    private long? _from;
    private int _loudInRow;

    /// <summary>The next window of the recording, by its root mean square, 0 to 1.</summary>
    public void Add(double rms)
    {
        _samples += Window;
        var isLoud = rms > _level;
        _loudInRow = isLoud ? _loudInRow + 1 : 0;
        if (isLoud) _lastLoudEnd = _samples;

        var after = _turns.Count > 0 ? _turns[^1].To : 0;
        if (_from is null && _loudInRow == WindowsToStart) _from = Math.Max(after, _samples - WindowsToStart * Window - padding);
        if (_from is { } from && _samples - _lastLoudEnd >= pause) End(from, Math.Min(_samples, _lastLoudEnd + silence));
    }

    /// <summary>The turns of a recording with so many samples, in order.</summary>
    public ImmutableArray<TurnSpan> Finish(long samples)
    {
        if (_from is { } from) End(from, Math.Min(samples, _lastLoudEnd + silence));
        return _turns.ToImmutable();
    }

    private void End(long from, long to)
    {
        _turns.Add(new TurnSpan(from, to));
        _from = null;
    }
}
