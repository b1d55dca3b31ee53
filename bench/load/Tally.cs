using System.Diagnostics;
using System.Text.Json;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Bench.Load;

/// <summary>What all sessions of a client saw together.</summary>
/// <param name="turnsJson">Gets one line per turn; null: nothing does.</param>
internal sealed class Tally(TextWriter? turnsJson)
{
    private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;

    private long _turns, _wrong, _incomplete, _missing, _sentBytes, _droppedMs, _unplayedMs, _failed;

    /// <summary>Times are only kept while this is set.</summary>
    public bool Recording { get; set; }

    /// <summary>From the last witness of a turn to its record.</summary>
    public Histogram Join { get; } = new();

    /// <summary>How far the time between two frames of a session is from the length of a frame.</summary>
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

    /// <summary>A turn of a session is joined; <paramref name="waited"/> null where the witnesses were not seen.</summary>
    public void Joined(int turn, string? outOfBand, string? asr, bool complete, TimeSpan? waited)
    {
        Interlocked.Increment(ref _turns);
        if (Call.NamesAnother(outOfBand, turn) || Call.NamesAnother(asr, turn)) Interlocked.Increment(ref _wrong);
        if (!complete) Interlocked.Increment(ref _incomplete);
        if (Recording && waited is { } time) Join.Add(time);
    }

    /// <summary>A session is over: so many turns were joined of those that its sound held.</summary>
    public void Ended(int joined, int expected, AudioFigures? audio)
    {
        Interlocked.Add(ref _missing, Math.Max(0, expected - joined));
        if (audio is null) return;
        Interlocked.Add(ref _droppedMs, audio.DroppedMs);
        Interlocked.Add(ref _unplayedMs, audio.UnplayedMs);
    }

    /// <summary>A session could not be opened, or ended in a way it should not.</summary>
    public void Fail(string reason)
    {
        if (Interlocked.Increment(ref _failed) <= 5) Console.Error.WriteLine($"session failed: {reason}");
    }

    /// <summary>Writes a turn for an outside harness; <paramref name="emitted"/> is a <see cref="Stopwatch"/> timestamp.</summary>
    public void Print(string item, string? asr, string? outOfBand, string? assistant, long emitted)
    {
        if (turnsJson is null) return;
        var line = JsonSerializer.Serialize(new { item_id = item, asr, oob = outOfBand, assistant, emit_ns = (long)(emitted * NsPerTick) });
        lock (turnsJson) turnsJson.WriteLine(line);
    }
}
