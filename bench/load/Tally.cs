using System.Diagnostics;
using System.Text.Json;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Bench.Load;

/// <summary>Sums over all sessions of a client. Thread-safe.</summary>
/// <param name="turnsJson">Receives one line per turn; null for none.</param>
internal sealed class Tally(TextWriter? turnsJson)
{
    private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;

    private long _turns, _wrong, _incomplete, _missing, _sentBytes, _droppedMs, _unplayedMs, _failed;

    /// <summary>Durations are recorded only while this is set.</summary>
    public bool Recording { get; set; }

    /// <summary>From a turn's last transcript to its record.</summary>
    public Histogram Join { get; } = new();

    /// <summary>Deviation of the time between two frames of a session from the frame duration.</summary>
    public Histogram Jitter { get; } = new();

    public long Turns => Interlocked.Read(ref _turns);
    public long Wrong => Interlocked.Read(ref _wrong);
    public long Incomplete => Interlocked.Read(ref _incomplete);
    public long Missing => Interlocked.Read(ref _missing);
    public long SentBytes => Interlocked.Read(ref _sentBytes);
    public long DroppedMs => Interlocked.Read(ref _droppedMs);
    public long UnplayedMs => Interlocked.Read(ref _unplayedMs);
    public long Failed => Interlocked.Read(ref _failed);

    public void Sent(int bytes, TimeSpan sinceLast, TimeSpan frame)
    {
        Interlocked.Add(ref _sentBytes, bytes);
        if (Recording && sinceLast > TimeSpan.Zero) Jitter.Add((sinceLast - frame).Duration());
    }

    /// <summary>Counts a joined turn; <paramref name="waited"/> is null where its transcripts were not observed.</summary>
    public void Joined(int turn, string? outOfBand, string? asr, bool complete, TimeSpan? waited)
    {
        Interlocked.Increment(ref _turns);
        if (Call.NamesAnother(outOfBand, turn) || Call.NamesAnother(asr, turn)) Interlocked.Increment(ref _wrong);
        if (!complete) Interlocked.Increment(ref _incomplete);
        if (Recording && waited is { } time) Join.Add(time);
    }

    /// <summary>Counts a finished session with its joined turns, against the number that its audio contained.</summary>
    public void Ended(int joined, int expected, AudioFigures? audio)
    {
        Interlocked.Add(ref _missing, Math.Max(0, expected - joined));
        if (audio is null) return;
        Interlocked.Add(ref _droppedMs, audio.DroppedMs);
        Interlocked.Add(ref _unplayedMs, audio.UnplayedMs);
    }

    /// <summary>Counts a session that did not open or ended unexpectedly.</summary>
    public void Fail(string reason)
    {
        if (Interlocked.Increment(ref _failed) <= 5) Console.Error.WriteLine($"session failed: {reason}");
    }

    /// <summary>Writes a turn for an external harness; <paramref name="emitted"/> is a <see cref="Stopwatch"/> timestamp.</summary>
    public void Print(string item, string? asr, string? outOfBand, string? assistant, long emitted)
    {
        if (turnsJson is null) return;
        var line = JsonSerializer.Serialize(new { item_id = item, asr, oob = outOfBand, assistant, emit_ns = (long)(emitted * NsPerTick) });
        lock (turnsJson) turnsJson.WriteLine(line);
    }
}
